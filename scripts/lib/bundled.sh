# shellcheck shell=bash
# The device's side of scripts/bundle: an installation without a network out of an unpacked bundle. Everything is checked
# before anything is changed. Sourced; needs lib/say.sh, lib/debian.sh, $root.

# Whether these scripts lie in an unpacked bundle and not in a clone.
bundled() { [[ -r $root/BUNDLE ]]; }

bundle_fact() { sed -n "s/^$1=//p" "$root/BUNDLE"; }

# check_bundle TARGET: ends with what is wrong, or returns.
check_bundle() {
  local target=$1
  step "the bundle is whole" bundle_is_whole ||
    fail "the bundle is damaged" "copy the file again, delete the folder $root, and unpack it again"
  check_architecture "$target"
  check_space "$target"
  if runs_here; then
    step "its programs run here" product_runs ||
      fail "the programs of the bundle do not run on this system" "it needs a 64-bit Debian or Raspberry Pi OS: $(bundle_fact releases)"
  fi
}

bundle_is_whole() { cd "$root" && sha256sum --check --strict --quiet SHA256SUMS; }

# The architecture of a system's packages, "" where it has no packages yet. That of the kernel says less: a 32-bit
# Raspberry Pi OS has a 64-bit kernel.
packages_architecture() { dpkg-query --admindir="$1/var/lib/dpkg" -W -f='${Architecture}' dpkg 2>/dev/null || true; }

check_architecture() {
  local wanted found remedy
  wanted=$(bundle_fact architecture)
  found=$(packages_architecture "$1")
  [[ -n $found && $found != "$wanted" ]] || return 0
  case $found in
    armhf) remedy="this is the 32-bit Raspberry Pi OS: write the 64-bit one to the card" ;;
    *) remedy="on a machine with a network: scripts/bundle --arch $found" ;;
  esac
  fail "this bundle is for $wanted, and this system is $found" "$remedy"
}

# The old product stays until the new one is whole, so both need room; the packages need some as well.
check_space() {
  local folder="$1/opt" needed free
  while [[ ! -d $folder ]]; do folder=$(dirname "$folder"); done
  needed=$(($(du -sk "$root/product" | cut -f1) + 100000))
  free=$(df -k --output=avail "$folder" | tail -n 1)
  ((free >= needed)) || fail "too little room in $folder: $((free / 1024)) MB, needed: $((needed / 1024)) MB" "use a larger card, or delete what is not needed"
}

runs_here() { [[ $(packages_architecture '') == "$(bundle_fact architecture)" ]]; }

product_runs() {
  "$root/product/node/bin/node" "$root/scripts/lib/check-install.mjs" --load-only "$root/product/" &&
    "$root/product/node/bin/node" "$root/product/dist/main.js" models verify
}

# install_bundled_packages TARGET: what the system lacks. Only into the system that runs: packages have scripts.
install_bundled_packages() {
  local missing release
  mapfile -t missing < <(missing_packages device_needs "$1")
  ((${#missing[@]} > 0)) || { already "Debian packages"; return; }
  if [[ -n $1 ]]; then
    say "  missing in $1: ${missing[*]}; install them there, or run this again when that system runs"
    return
  fi
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  [[ -d $root/packages/$release ]] ||
    fail "missing Debian packages: ${missing[*]}; the bundle has none for ${release:-this system} (only for $(bundle_fact releases))" \
      "with a network: apt-get install --no-install-recommends ${missing[*]}"
  step "Debian packages: ${missing[*]}" install_from_folder "$root/packages/$release" "${missing[@]}" ||
    fail "these packages could not be installed: ${missing[*]}" "see the log above; 'sudo dpkg --configure -a' ends an installation that was interrupted"
}

# install_from_folder FOLDER PACKAGE…: apt-get with that folder as its only source. The bundle's sums were checked, so
# the folder is trusted without a signature. A link gives it a path that fits into apt's list whatever its name.
install_from_folder() {
  local folder=$1 own status
  shift
  own=$(mktemp -d) || return 1
  ln -s "$folder" "$own/packages"
  echo "deb [trusted=yes] file:$own/packages ./" >"$own/sources.list"
  mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
  local apt=(env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -y -o DPkg::Lock::Timeout=300
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Dir::Etc::sourcelist="$own/sources.list"
    -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$own/lists" -o Dir::Cache="$own/cache")
  "${apt[@]}" update && "${apt[@]}" install --no-install-recommends --no-remove "$@"
  status=$?
  rm -rf "$own"
  return "$status"
}
