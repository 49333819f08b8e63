# shellcheck shell=bash
# Debian packages for another machine: another architecture, another release. Works in a folder of its own; the packages
# of this machine are neither looked at nor changed. Sourced; needs lib/say.sh.

# archive_open FOLDER RELEASE ARCHITECTURE MIRROR: the lists of that Debian, as though nothing were installed yet.
# Sets $archive, the apt command line for it.
archive_open() {
  local own=$1 release=$2 architecture=$3 mirror=$4
  mkdir -p "$own"/{lists/partial,cache/archives/partial,preferences} || return 1
  : >"$own/status"
  cat >"$own/sources.list" <<LIST
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release-updates main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror-security $release-security main
LIST
  archive=(-o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Sandbox::User=root
    -o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Install-Recommends=false
    -o Dir::Etc::sourcelist="$own/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$own/preferences"
    -o Dir::State::status="$own/status" -o Dir::State::lists="$own/lists" -o Dir::State::extended_states="$own/extended"
    -o Dir::Cache="$own/cache" -o Debug::NoLocking=1)
  LC_ALL=C apt-get "${archive[@]}" update --error-on=any
}

# closure PACKAGE…: these and all that they need, one name a line.
closure() { LC_ALL=C apt-get "${archive[@]}" -s install "$@" | sed -n 's/^Inst \([^ ]*\) .*/\1/p' | sort -u; }

# download_closure FOLDER PACKAGE…: these and all that they need, down to the C library, and their index, which makes the
# folder a source for apt. Most of it is on each device already and stays as it is there; but a library that is missing
# may ask for the very version of one that is not (libgomp1 and gcc-12-base).
download_closure() {
  local folder=$1 wanted
  shift
  mapfile -t wanted < <(closure "$@")
  ((${#wanted[@]} > 0)) || { echo "apt finds no way to install: $*"; return 1; }
  download "$folder" "${wanted[@]}" && (cd "$folder" && dpkg-scanpackages --multiversion . >Packages)
}

# download FOLDER PACKAGE…: just these.
download() {
  mkdir -p "$1" && (cd "$1" && LC_ALL=C apt-get "${archive[@]}" download "${@:2}")
}
