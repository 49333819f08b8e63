# shellcheck shell=bash
# Debian packages: what the programs that we start come from. Sourced; needs lib/say.sh.

# What a device runs: a command or a file, the package that brings it, and what it is for; one line each.
device_needs() {
  cat <<'LIST'
arecord alsa-utils        the microphone (arecord), the speaker (aplay), the mixer (amixer)
espeak-ng espeak-ng       the embedded voice
/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core the letters in the charts
systemd-notify systemd    tells systemd that the service is ready
bzip2 bzip2               unpacks the official models
LIST
}

# What a clone needs to be built and tested as well.
debian_needs() {
  device_needs
  cat <<'LIST'
/etc/ssl/certs/ca-certificates.crt ca-certificates  the npm registry's certificate
c++ build-essential       better-sqlite3 and epoll are compiled for this very Node
make build-essential      the same
python3 python3           node-gyp is written in it
systemd-analyze systemd   the unit tests
unzip unzip               the tests look into workbooks with another program
mkfs.vfat dosfstools      the tests make sticks
mkfs.ext4 e2fsprogs       the same
losetup mount             the same
strace strace             the tests cut the power between two system calls
script bsdutils           the tests press keys in a real terminal
flock util-linux          one setup at a time
git git                   the tests make clones
LIST
}

# missing_packages [LIST [ROOT]]: prints the packages of which something is missing, each once; in ROOT instead of here.
missing_packages() {
  local need package _
  while read -r need package _; do
    is_there "$need" "${2:-}" || echo "$package"
  done < <("${1:-debian_needs}") | sort -u
}

is_there() {
  if [[ -z $2 ]]; then
    command -v "$1" >/dev/null || [[ -r $1 ]]
  else
    [[ -e $2/usr/bin/$1 || -e $2/bin/$1 || $1 == /* && -e $2$1 ]]
  fi
}

# install_packages PACKAGE…: by apt-get, as root or through sudo.
install_packages() {
  local line="apt-get install --no-install-recommends $*" sudo=()
  command -v apt-get >/dev/null ||
    fail "missing: $*; and this is no Debian (no apt-get)" "install these programs with your system's packages, then run this again"
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || fail "missing packages: $*; you are not root and there is no sudo" "as root: $line"
    # Ask for the password before the progress line covers the question.
    sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; } || fail "missing packages: $*; sudo wants a password" "sudo $line"
    sudo=(sudo)
  fi
  local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -o DPkg::Lock::Timeout=300 -y)
  step "package lists" "${apt[@]}" update || fail "apt-get update failed" "check the network and /etc/apt/sources.list"
  step "Debian packages: $*" "${apt[@]}" install --no-install-recommends "$@" ||
    fail "these packages could not be installed: $*" "as root: $line"
}

ensure_debian_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then
    already "Debian packages"
  else
    install_packages "${missing[@]}"
  fi
}

# LibreOffice opens the workbooks in the tests. It is large: a machine that cannot have it goes on, and its tests say so.
ensure_libreoffice() {
  command -v soffice >/dev/null && return
  (install_packages libreoffice-calc-nogui) || say "  without LibreOffice the tests that need it are skipped"
}

# The machines under systemd that the tests boot; only root can, and where one cannot be made the tests say why.
ensure_appliance() {
  [[ $(id -u) == 0 ]] || return 0
  "$root/scripts/appliance" build >/dev/null || say "  without it the tests that boot a machine are skipped"
  "$root/scripts/appliance" kernel >/dev/null || say "  without it the tests with pins, sound cards and sticks are skipped"
}

# The compiler and the emulator for the Raspberry Pi's processor. Large, and only the bundle's tests need them.
ensure_emulator() {
  [[ $(uname -m) != aarch64 ]] || return 0
  command -v qemu-aarch64-static >/dev/null || (install_packages qemu-user-static) ||
    say "  without qemu-user-static the programs for a Raspberry Pi are not run"
  command -v aarch64-linux-gnu-g++ >/dev/null || (install_packages g++-aarch64-linux-gnu) ||
    say "  without g++-aarch64-linux-gnu no bundle for a Raspberry Pi is made"
}
