# shellcheck shell=bash
# What the scripts say: one line a step, on stderr, so that stdout stays free for what a program reads.
# Sourced; needs $cache (a writable folder for logs). $quiet=1 leaves out the lines about steps that had nothing to do.

say() { printf '%s\n' "$*" >&2; }

# A step that had nothing to do.
already() { [[ ${quiet:-0} == 1 ]] || say "✔ $*"; }

# fail MESSAGE REMEDY: what is missing, what to do, and the end.
fail() {
  printf '✘ %s\n  → %s\n' "$1" "$2" >&2
  exit 1
}

# step LABEL COMMAND…: runs the command with its output in a log, shows that it lives, and tells how long it took.
# A failure prints the end of the log and returns the command's status; the caller names the remedy.
step() {
  local label=$1 log pid status=0 started=$SECONDS
  shift
  mkdir -p "$cache/log"
  log="$cache/log/${label//[^A-Za-z0-9]/-}.log"
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  show_progress "$pid" "$label" "$started"
  wait "$pid" || status=$?
  if [[ $status == 0 ]]; then
    say "✔ $label ($((SECONDS - started)) s)"
  else
    say "✘ $label: exit status $status after $((SECONDS - started)) s; the end of $log:"
    tail -n 25 "$log" | sed 's/^/    /' >&2
  fi
  return "$status"
}

# A line that counts the seconds on a terminal; elsewhere one line after 3 s and then one every 15 s.
show_progress() {
  local pid=$1 label=$2 started=$3 marks='-/|.' turn=0 told=0 elapsed
  while kill -0 "$pid" 2>/dev/null; do
    elapsed=$((SECONDS - started))
    if [[ -t 2 ]]; then
      printf '\r%s %s … %d s ' "${marks:turn++%4:1}" "$label" "$elapsed" >&2
    elif ((elapsed >= 3 && (told == 0 || elapsed - told >= 15))); then
      say "  $label … $elapsed s"
      told=$elapsed
    fi
    sleep 0.2
  done
  [[ -t 2 ]] && printf '\r\033[K' >&2
  return 0
}
