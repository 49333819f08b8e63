# shellcheck shell=bash
# npm packages, Node and native modules for a device of another processor. Sourced; needs lib/say.sh, lib/node.sh,
# lib/project.sh, lib/product.sh.

# The oldest Debian that a bundle is for decides how new the C library may be that its programs ask for.
newest_glibc() {
  case $1 in
    bookworm) echo 2.36 ;;
    trixie) echo 2.41 ;;
  esac
}

# Debian's names of processors, as Node, the compilers and readelf write them.
node_name() { case $1 in arm64) echo arm64 ;; amd64) echo x64 ;; esac; }
compiler_prefix() { case $1 in arm64) echo aarch64-linux-gnu ;; amd64) echo x86_64-linux-gnu ;; esac; }
elf_name() { case $1 in arm64) echo AArch64 ;; amd64) echo X86-64 ;; esac; }

# Fetches Node with its headers once; sets $device_node_home.
ensure_device_node() {
  local name partial
  name=node-linux-$(node_name "$1")
  device_node_home="$cache/bundle/$name-$node_version"
  [[ ! -x $device_node_home/bin/node ]] || { already "$name $node_version"; return; }
  partial="$device_node_home.partial.$$"
  mkdir -p "$partial"
  fetch_package "$name" "$node_version" "$partial"
  mv -T "$partial" "$device_node_home"
}

ensure_compiler() {
  local prefix
  ! device_is_like_this "$1" || return 0
  prefix=$(compiler_prefix "$1")
  command -v "$prefix-g++" >/dev/null || install_packages "g++-${prefix//_/-}"
}

# install_device_packages FOLDER ARCHITECTURE: the npm packages of the lock file, with the binaries of that processor.
install_device_packages() {
  cp "$root/package.json" "$root/package-lock.json" "$1/" || return 1
  cd "$1" && npm ci --omit=dev --ignore-scripts --prefer-offline --no-audit --no-fund --no-bin-links \
    --os=linux --cpu="$(node_name "$2")" --libc=glibc
}

# Whether the modules of this clone are right for the device too.
device_is_like_this() {
  [[ $(node_architecture) == "$(node_name "$1")" &&
    $(sed -n 's/^#define NODE_MODULE_VERSION \([0-9]*\)$/\1/p' "$device_node_home/include/node/node_version.h") == "$node_abi" ]]
}

# compile_device_modules FOLDER ARCHITECTURE: from the sources that lie in FOLDER/node_modules. What was compiled is kept
# in the cache under everything that decides it.
compile_device_modules() {
  local folder=$1 prefix key module built
  if device_is_like_this "$2"; then
    pack_modules "$root" | tar -C "$folder" -xf -
    return
  fi
  prefix=$(compiler_prefix "$2")
  key=$(
    for module in "${compiled_modules[@]}"; do grep '"version"' "$folder/node_modules/$module/package.json"; done
    echo "$node_version $2"
    "$prefix-g++" --version
  )
  built="$cache/bundle/modules-$2-$(sha256sum <<<"$key" | cut -c1-16).tar"
  if [[ ! -r $built ]]; then
    (
      cd "$folder" || exit 1
      export CC=$prefix-gcc CXX=$prefix-g++ AR=$prefix-ar npm_config_nodedir=$device_node_home
      # No binary of somebody else's: prebuild-install would look for one.
      export npm_config_arch npm_config_build_from_source=true npm_config_jobs=max
      npm_config_arch=$(node_name "$2")
      npm rebuild --ignore-scripts=false --foreground-scripts --no-bin-links "${compiled_modules[@]}"
    ) && pack_modules "$folder" >"$built.new" && mv "$built.new" "$built" || return 1
  fi
  for module in "${compiled_modules[@]}"; do rm -rf "$folder/node_modules/$module/build"; done
  tar -C "$folder" -xf "$built"
}

# The compiled modules of FOLDER as a tar on stdout.
pack_modules() {
  cd "$1" && find "${compiled_modules[@]/#/node_modules/}" -path '*/build/Release/*.node' -not -path '*/obj*' \
    -not -name 'test_*' -print0 | tar --null -T - -cf -
}

# check_binaries FOLDER ARCHITECTURE RELEASE: each program and library is for that processor and asks for no C library
# newer than that Debian's. One line a fault.
check_binaries() {
  local folder=$1 wanted newest file needed found=0 status=0
  wanted=$(elf_name "$2") newest=$(newest_glibc "$3")
  while IFS= read -r -d '' file; do
    ((++found))
    readelf -h "$file" | grep -q "Machine:.*$wanted" || { echo "$file is not for $2"; status=1; }
    needed=$(readelf -V "$file" | grep -o 'GLIBC_2\.[0-9.]*' | cut -c7- | sort -V | tail -n 1)
    [[ $(printf '%s\n' "${needed:-0}" "$newest" | sort -V | tail -n 1) == "$newest" ]] ||
      { echo "$file needs glibc $needed, and $3 has $newest"; status=1; }
  done < <(find "$folder" -type f \( -name '*.node' -o -name '*.so' -o -name '*.so.*' -o -path '*/bin/node' \) -print0)
  ((found >= 6)) || { echo "$found native files, at least 6 expected: Node, better-sqlite3, epoll, resvg, sherpa-onnx (2)"; status=1; }
  return "$status"
}
