# shellcheck shell=bash
# The product as it lies on a device. scripts/install makes it from this clone for this machine, scripts/bundle for
# another one. Sourced; needs $root and lib/node.sh.

product=/opt/voicegauge

# copy_own_files FOLDER: all that is neither an npm package nor Node.
copy_own_files() {
  local new=$1 folder
  mkdir -p "$new/bin" "$new/models" || return 1
  cp -a "$root/dist" "$root/README.md" "$new/" && rm -f "$new/dist/.built" "$new/dist/.tsbuildinfo" || return 1
  cp -a "$root/models/manifest.json" "$new/models/" || return 1
  for folder in "$root"/models/*/; do
    [[ $folder == */training/ ]] || cp -a "${folder%/}" "$new/models/" || return 1
  done
  install -m 0755 "$root/scripts/stick" "$new/bin/stick"
}

# copy_packages FOLDER: those that run on the device; those of the tests and the linter stay here.
copy_packages() {
  cp -a "$root/node_modules" "$root/package.json" "$root/package-lock.json" "$1/" || return 1
  rm -rf "$1/node_modules/.voicegauge" "$1/node_modules"/.{cache,vite,vite-temp}
  (cd "$1" && npm prune --omit=dev --ignore-scripts --offline --no-audit --no-fund) || return 1
  trim_packages "$1"
}

# trim_packages FOLDER: takes away what is in the packages and never loaded.
trim_packages() {
  # An optional peer of valibot, which npm keeps.
  rm -rf "$1/node_modules/typescript" "$1"/node_modules/.bin/ts*
  # What the compiler of the native modules left: only the modules themselves are loaded.
  find "$1/node_modules" -path '*/build/Release/*' \( -name 'obj*' -o -name '.deps' \) -prune -exec rm -rf {} +
  rm -rf "$1/node_modules/better-sqlite3/deps"
  # A third of all, for debuggers.
  find "$1/node_modules" -name '*.map' -type f -delete
  find "$1/node_modules" -depth -type d -empty -delete
}

# write_launcher FOLDER NODE: the command of the device; NODE is the path that it has there.
write_launcher() {
  cat >"$1/bin/voicegauge" <<LAUNCHER
#!/bin/sh
# Written by scripts/install: the Node that the native modules were compiled for.
exec $2 $product/dist/main.js "\$@"
LAUNCHER
  chmod 0755 "$1/bin/voicegauge"
}

# Every key with its default, as a comment: what is not set follows the product.
print_configuration() {
  echo "# VoiceGauge. Take the # away before a key to set it; then: sudo systemctl reload voicegauge"
  (cd / && "$node" "$root/dist/main.js" run --print-config --config /dev/null) | sed '/^#/!s/^\([^[]\)/#\1/'
}
