# shellcheck shell=bash
# The project's own steps: packages, build, models. Each knows by a stamp that there is nothing to do.
# Sourced; needs lib/say.sh and, except for the *_fresh functions, $node, $node_id, $node_home.

compiled_modules=(better-sqlite3 epoll)

# The lock file, the module ABI of Node and the processor decide what node_modules must hold.
wanted_install() { echo "$(sha256sum <"$root/package-lock.json" | cut -c1-64) $node_id $(uname -m)"; }

install_fresh() { [[ -r $stamps/install && $(<"$stamps/install") == "$(wanted_install)" ]]; }

ensure_npm_packages() {
  if install_fresh; then
    already "npm packages"
    return
  fi
  export npm_config_nodedir="$node_home"
  export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
  cd "$root" || exit 1
  # An install made by hand is as good, when it is complete.
  if ! "$node" scripts/lib/check-install.mjs >/dev/null 2>&1; then
    # No install scripts but those of the two modules that we know need one.
    step "npm packages" npm ci --ignore-scripts || fail "npm ci failed" "check the network; the first run needs the npm registry"
  fi
  if ! "$node" scripts/lib/check-install.mjs --load >/dev/null 2>&1; then
    step "compiling ${compiled_modules[*]}" npm rebuild --ignore-scripts=false "${compiled_modules[@]}" ||
      fail "the native modules did not compile" "the log above names the reason; a missing compiler comes with: apt-get install build-essential python3"
    step "native modules load" "$node" scripts/lib/check-install.mjs --load ||
      fail "an npm package is missing or does not load" "delete the folder node_modules and run this again"
  fi
  mkdir -p "$stamps"
  wanted_install >"$stamps/install"
  echo "$node" >"$stamps/node"
}

# Contents and names of everything that the compiler reads.
wanted_build() {
  (cd "$root" && find src tsconfig.json tsconfig.build.json package-lock.json -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)
}

build_fresh() { [[ -r $root/dist/.built && $(<"$root/dist/.built") == "$(wanted_build)" ]]; }

ensure_build() {
  local wanted
  if build_fresh; then
    already "build"
    return
  fi
  wanted=$(wanted_build)
  cd "$root" || exit 1
  remove_orphans
  step "build" "$node" node_modules/typescript/bin/tsc -p tsconfig.build.json || fail "the build failed" "correct the errors above"
  echo "$wanted" >dist/.built
}

# Outputs whose source is gone would still be found by an import.
remove_orphans() {
  [[ -d dist ]] || return 0
  local output source
  while IFS= read -r -d '' output; do
    source="src/${output#dist/}"
    [[ -e ${source%.js}.ts ]] || { rm -f "$output" "$output.map"; touch -c -d @0 dist/.tsbuildinfo; }
  done < <(find dist -name '*.js' -print0)
}

# Size and time of each model file; the hashes are checked when one changed.
models_listing() { (cd "$root" && find models -maxdepth 3 -type f -printf '%p %s %T@\n' 2>/dev/null | sort | sha256sum | cut -c1-64); }

ensure_models() {
  local listing
  listing=$(models_listing)
  [[ -r $stamps/models && $(<"$stamps/models") == "$listing" ]] && { already "models"; return; }
  [[ -f $root/dist/main.js ]] && "$node" "$root/dist/main.js" models --help >/dev/null 2>&1 || return 0
  step "models" "$node" "$root/dist/main.js" models verify ||
    fail "a model file is missing or damaged" "git checkout models, or: scripts/voicegauge models fetch"
  echo "$listing" >"$stamps/models"
}
