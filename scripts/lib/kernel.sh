# shellcheck shell=bash
# A User-mode Linux of our own, from Debian's kernel source. Debian's own package has no GPIO, no sound and no USB.
# Sourced; needs lib/say.sh, lib/debian.sh, $root, $cache.

kernel_source=linux-source-6.1
kernel_config="$root/test/appliance/kernel/uml.config"

# The version that is installed, else the one that would be.
kernel_version() {
  local version
  version=$(dpkg-query --show --showformat='${Version}' "$kernel_source" 2>/dev/null)
  [[ -n $version ]] || version=$(LC_ALL=C apt-cache policy "$kernel_source" 2>/dev/null | sed -n 's/^ *Candidate: //p')
  echo "${version:-none}"
}

# What the kernel is made of decides its name, so that a change makes a new one.
kernel_path() {
  local hash
  hash=$({ kernel_version; uname -m; cat "$kernel_config" "$root/scripts/lib/kernel.sh"; } | sha256sum | cut -c1-16)
  echo "$cache/appliance/kernel-$hash"
}

# Prints where the kernel is; makes it when it is not there: ten minutes of one core.
build_kernel() {
  local kernel folder missing=() program
  kernel=$(kernel_path)
  # What makes and reads the images of sticks; the tests say which is missing.
  { command -v mcopy && command -v mkfs.exfat && command -v mkfs.ntfs; } >/dev/null ||
    (install_packages mtools exfatprogs ntfs-3g) || say "  without them the tests of some sticks are skipped"
  if [[ ! -x $kernel ]]; then
    for program in flex bison bc xz; do command -v "$program" >/dev/null || missing+=("${program/#xz/xz-utils}"); done
    command -v cc >/dev/null && command -v make >/dev/null || missing+=(build-essential)
    [[ -r /usr/src/$kernel_source.tar.xz ]] || missing+=("$kernel_source")
    ((${#missing[@]} == 0)) || (install_packages "${missing[@]}") || return 1
    # The package may have come in another version than was foreseen.
    kernel=$(kernel_path)
    mkdir -p "$cache/appliance"
    folder=$(mktemp -d "$cache/appliance/kernel.XXXXXX") || return 1
    step "unpacking $kernel_source" unpack_kernel "$folder" &&
      step "configuring a kernel for the appliance" configure_kernel "$folder" &&
      step "compiling a kernel for the appliance" make -s -C "$folder" ARCH=um -j"$(nproc)" linux &&
      strip -g -o "$kernel.new" "$folder/linux" && mv "$kernel.new" "$kernel"
    rm -rf "$folder"
    [[ -x $kernel ]] || return 1
  fi
  echo "$kernel"
}

unpack_kernel() {
  tar -C "$1" --strip-components=1 -xf "/usr/src/$kernel_source.tar.xz" || return 1
  # ALSA is closed to User-mode Linux; nothing of what is used here minds.
  sed -i 's/^if !UML$/if SOUND/' "$1/sound/Kconfig" || return 1
  # The registers of a processor with matrix units (AMX, 11008 bytes) have no room, and the kernel gives no part of them
  # back to a process: its first program ends at once. Later kernels ask how many there are.
  sed -i 's/DEFINE_LONGS(HOST_FP_SIZE, 2696);/DEFINE_LONGS(HOST_FP_SIZE, 12288);/' "$1/arch/x86/um/user-offsets.c" || return 1
  # In Debian's 6.1.192 the driver for ntfs never says how far its table of files may grow, so that a new volume is full;
  # later kernels do.
  grep -q 'zone_max =' "$1/fs/ntfs3/super.c" ||
    sed -i 's/^\tsbi->used\.bitmap\.nbits = clusters;$/&\n\tsbi->zone_max = clusters \/ 8;/' "$1/fs/ntfs3/super.c"
}

configure_kernel() {
  local line lost=0
  make -s -C "$1" ARCH=um KCONFIG_ALLCONFIG="$kernel_config" allnoconfig || return 1
  # A line whose own conditions do not hold is dropped without a word.
  while read -r line; do
    grep -qxF "$line" "$1/.config" || { echo "not taken: $line"; lost=1; }
  done < <(grep '^CONFIG_' "$kernel_config")
  return "$lost"
}
