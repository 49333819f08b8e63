# shellcheck shell=bash
# Where everything is, whatever the environment holds. Sourced first by every script.
root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
[[ -n ${HOME:-} ]] || HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
cache="${XDG_CACHE_HOME:-$HOME/.cache}/voicegauge"
stamps="$root/node_modules/.voicegauge"
export HOME PATH="$PATH:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

source "$root/scripts/lib/say.sh"
source "$root/scripts/lib/debian.sh"
source "$root/scripts/lib/node.sh"
source "$root/scripts/lib/project.sh"
source "$root/scripts/lib/product.sh"
source "$root/scripts/lib/bundled.sh"
source "$root/scripts/lib/validator.sh"
