#!/usr/bin/env bash
# Runs the bash blocks of walkthrough.md one after another in this shell, in an empty folder, and prints each before its output.
# ORLEANSLLM names the program (default: run.sh of the checkout), ORLEANSLLM_URLS the address of the gateway that it starts.
set -euo pipefail
samples="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work="$(mktemp -d)"
gateway=
cleanup() {
  [ -z "$gateway" ] || { kill "$gateway" && wait "$gateway"; } 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
mkdir "$work/bin" "$work/run"
# A program on the path and no function, so that its process is the one that a block starts and ends.
printf '#!/usr/bin/env bash\nexec %s "$@"\n' "${ORLEANSLLM:-"$(printf %q "$samples/../run.sh")"}" > "$work/bin/orleansllm"
chmod +x "$work/bin/orleansllm"
export PATH="$work/bin:$PATH" ORLEANSLLM_DATA="$work/data"
cd "$work/run"

block=
inside=
while IFS= read -r line <&3; do
  case "$inside$line" in
    '```bash') inside=1 ;;
    '1```')
      printf '\n'
      sed 's/^/$ /' <<< "${block%$'\n'}"
      eval "$block"
      block='' inside=''
      ;;
    1*) block+="$line"$'\n' ;;
  esac
done 3< "$samples/walkthrough.md"
