# shellcheck shell=bash
# The Debian of an image: made once by mmdebstrap for each list of packages, also for another processor, and kept in the
# cache. Sourced; needs lib/say.sh, lib/debian.sh, $root, $cache.

base_release=trixie
base_packages=systemd,systemd-sysv,systemd-timesyncd,udev,dbus,kmod,procps,e2fsprogs,fdisk,libstdc++6
# Kernel and firmware; zstd packs the initramfs.
base_packages_arm64=linux-image-arm64,raspi-firmware,initramfs-tools,zstd

# base_list ARCHITECTURE: all packages that are asked for, those of the product among them.
base_list() {
  local list
  list=$base_packages,$(device_needs | awk '$2 != "systemd" { print $2 }' | sort -u | paste -sd,)
  [[ $1 != arm64 ]] || list+=,$base_packages_arm64
  echo "$list"
}

# What decides a base decides its name: its packages, how it is made, and what the packages' own scripts read meanwhile.
base_system_path() {
  local hash
  hash=$({ echo "$base_release $mirror" && base_list "$1" && declare -f make_base_system && cat "$root"/image/root/etc/default/*; } |
    sha256sum | cut -c1-16)
  echo "$cache/image/base-$1-$hash.tar"
}

# ensure_base_system ARCHITECTURE FRESH: sets $base_system, a tar. With FRESH=1 it is made anew; one that is there stays
# until then, and for ever where that fails.
ensure_base_system() {
  base_system=$(base_system_path "$1")
  [[ ! -r $base_system || $2 == 1 ]] || { already "Debian $base_release for $1"; return; }
  mkdir -p "$cache/image"
  ensure_emulation "$1"
  step "Debian $base_release for $1" make_base_system "$1" "${base_system%.tar}.new.tar" || {
    rm -f "${base_system%.tar}.new.tar"
    fail "mmdebstrap failed" "see the log above; it needs a Debian mirror (--mirror), and 2 GB in /var/tmp and in $cache"
  }
  mv "${base_system%.tar}.new.tar" "$base_system"
}

make_base_system() {
  local architecture=$1 output=$2 command
  # Where there is room: /tmp may be in memory.
  command=(env TMPDIR=/var/tmp mmdebstrap --mode=root --variant=minbase --architectures="$architecture" --include="$(base_list "$architecture")"
    --dpkgopt=force-confold --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright'
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*'
    --essential-hook="cp '$root'/image/root/etc/default/* \"\$1/etc/default/\""
    "$base_release" "$output"
    "deb $mirror $base_release main non-free-firmware"
    "deb $mirror $base_release-updates main non-free-firmware"
    "deb $mirror-security $base_release-security main non-free-firmware")
  if runs_programs_of "$architecture"; then
    "${command[@]}"
  else
    emulated "${command[@]}"
  fi
}

# Whether programs of that architecture start here, by the processor or by an emulator that is registered for all.
runs_programs_of() { [[ $1 == "$(dpkg --print-architecture)" ]] || arch-test "$1" >/dev/null 2>&1; }

ensure_emulation() {
  local missing=()
  command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
  if [[ $1 != "$(dpkg --print-architecture)" ]]; then
    command -v arch-test >/dev/null || missing+=(arch-test)
    command -v "$(emulator_of "$1")" >/dev/null || missing+=(qemu-user-static)
  fi
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

emulator_of() { case $1 in arm64) echo qemu-aarch64-static ;; amd64) echo qemu-x86_64-static ;; esac; }

# The kernel's own name of the entry is what mmdebstrap looks for.
emulation=/proc/sys/fs/binfmt_misc/qemu-aarch64
magic='\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
magic_mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'

# emulated COMMAND…: with programs for 64-bit ARM started through qemu, as long as the command runs and no longer.
emulated() {
  # shellcheck disable=SC2016
  unshare --mount --propagation=private bash -c '
    entry=$1 magic=$2 mask=$3 emulator=$4
    shift 4
    mountpoint -q "${entry%/*}" || mount -t binfmt_misc none "${entry%/*}" || exit 1
    printf "%s" ":${entry##*/}:M::$magic:$mask:$emulator:F" >"${entry%/*}/register" || exit 1
    trap "echo -1 >$entry" EXIT
    trap "exit 143" TERM INT HUP
    "$@"
  ' emulated "$emulation" "$magic" "$magic_mask" "$(command -v qemu-aarch64-static)" "$@"
}
