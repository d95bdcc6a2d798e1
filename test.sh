#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests. Installs what the tests need and the machine lacks.
# Ends with "N passed, N failed, N skipped"; exits 1 where anything failed.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$root"
source scripts/require-dotnet.sh
# The long form of the tests that kill what they test, and of the newcomer's path.
[ "${1:-}" = --chaos ] && export ORLEANSLLM_CHAOS_ROUNDS=100
# Hundreds of programs are started here and live for seconds. Without these the runtime maps what it compiles twice, to write in one place and run in the
# other, and compiles what was called thirty times again, at first to count in it: two fifths of a start's processor time. (The number is hexadecimal.)
export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=200

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# Packages that tests use and the machine lacks: a command or folder that shows them, their names, what is skipped without them.
lacking=()
need() { command -v "$1" >/dev/null 2>&1 || [ -d "$1" ] || lacking+=("$2|$3"); }
need redis-server redis-server "the tests against a real Redis"
need /usr/lib/postgresql postgresql "the tests against a real PostgreSQL"
need promtool prometheus "promtool's check of the alert rules"
need kubectl kubernetes-client "the tests that render the manifests"
need zsh zsh "the test of zsh's completion"
need chromium "chromium fonts-dejavu-core" "the tests that look at the pages"
if [ "${1:-}" = --chaos ]; then
  need ip iproute2 "the tests that cut silos off"
  need faketime faketime "the tests that set silos' clocks"
fi

install() {
  [ ${#lacking[@]} -gt 0 ] && command -v apt-get >/dev/null 2>&1 || return 0
  as_root apt-get update -qq >/dev/null
  for entry in "${lacking[@]}"; do
    # shellcheck disable=SC2086  # several packages, each a word
    as_root apt-get install -y -qq --no-install-recommends ${entry%%|*} >/dev/null || echo "not installed: ${entry#*|} will be skipped"
  done
}

restore() {
  command -v npm >/dev/null 2>&1 || return 0
  npm ci --prefix tests/Client.Tests/Node --no-audit --no-fund --loglevel=error || echo "not restored: the Node tests will be skipped"
  npm ci --prefix tests/Client.Tests/Pages --no-audit --no-fund --loglevel=error || echo "not restored: the accessibility tests will be skipped"
  npm ci --prefix tests/Client.Tests/NodeAnthropic --no-audit --no-fund --loglevel=error || echo "not restored: the test of Anthropic's Node client will be skipped"
}

echo "== installing what tests need, restoring the Node clients and axe-core, building"
# The first two wait for the network, the compiler for the processor.
install &
restore &
# One compiler for all projects: the analyzers are compiled once. Where the environment wants no compiler that stays, it does not.
dotnet build OrleansLlm.sln --configuration Release --verbosity quiet --nologo -p:UseSharedCompilation=true
built=$?
[ "${UseSharedCompilation:-}" != false ] || dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1
wait
[ "$built" = 0 ] || { echo "0 passed, 1 failed"; exit 1; }

passed=0 failed=0 skipped=0
for name in Core Inference Grains Client Cluster; do
  assembly="artifacts/bin/$name.Tests/release/OrleansLlm.$name.Tests.dll"
  echo "== $name.Tests"
  # Much of the time these wait: for programs, leases, minutes.
  threads="$(nproc)"
  case "$name" in
    Client) threads=$((threads * 3)) ;;
    Cluster) threads=$((threads * 3 / 2)) ;;
  esac
  output="$(dotnet "$assembly" -noColor -maxThreads "$threads" 2>&1)"
  status=$?
  summary="$(grep -E 'Total: [0-9]+' <<<"$output" | tail -n 1)"
  if [ -z "$summary" ]; then
    echo "$output" | tail -n 60
    failed=$((failed + 1))
    continue
  fi
  [ "$status" -eq 0 ] || grep -vE '^\s*$' <<<"$output" | tail -n 120
  echo "$summary"
  figure() { grep -oE "$1: [0-9]+" <<<"$summary" | grep -oE '[0-9]+' || echo 0; }
  bad=$(($(figure Failed) + $(figure Errors)))
  [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
  failed=$((failed + bad))
  skipped=$((skipped + $(figure Skipped)))
  passed=$((passed + $(figure Total) - $(figure Skipped) - $(figure Failed)))
done

if [ -f artifacts/newcomer-path.txt ]; then echo "== from the clone to the first saved dollar" && cat artifacts/newcomer-path.txt; fi
if [ "${1:-}" = --chaos ]; then
  echo "== what building the images would do"
  if scripts/check-images.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
