#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests. Installs what the tests need and the machine lacks.
# Ends with "N passed, N failed, N skipped"; exits 1 where anything failed.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$root"
source scripts/require-dotnet.sh
# The long form of the tests that kill what they test, and of the newcomer's path.
[ "${1:-}" = --chaos ] && export ORLEANSLLM_CHAOS_ROUNDS=100

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
if ! command -v redis-server >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  echo "== installing redis-server (a test runs against a real one)"
  as_root apt-get update -qq >/dev/null && as_root apt-get install -y -qq redis-server >/dev/null || echo "not installed: the Redis test will be skipped"
fi
if [ ! -d /usr/lib/postgresql ] && command -v apt-get >/dev/null 2>&1; then
  echo "== installing postgresql (a test runs against a real one)"
  as_root apt-get update -qq >/dev/null && as_root apt-get install -y -qq postgresql >/dev/null || echo "not installed: the PostgreSQL tests will be skipped"
fi
if ! command -v promtool >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  echo "== installing prometheus (promtool checks the alert rules)"
  as_root apt-get update -qq >/dev/null && as_root apt-get install -y -qq --no-install-recommends prometheus >/dev/null || echo "not installed: the alert rules are not checked by promtool"
fi
if ! command -v kubectl >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  echo "== installing kubectl (tests render the manifests)"
  as_root apt-get update -qq >/dev/null && as_root apt-get install -y -qq kubernetes-client >/dev/null || echo "not installed: the manifest tests will be skipped"
fi
if ! command -v zsh >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  echo "== installing zsh (a test completes commands in it)"
  as_root apt-get update -qq >/dev/null && as_root apt-get install -y -qq --no-install-recommends zsh >/dev/null || echo "not installed: the test of zsh's completion will be skipped"
fi
if ! command -v chromium >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  echo "== installing chromium (tests look at the pages with it)"
  as_root apt-get update -qq >/dev/null && as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null || echo "not installed: the tests of the pages will be skipped"
fi
if [ "${1:-}" = --chaos ] && command -v apt-get >/dev/null 2>&1 && { ! command -v ip || ! command -v faketime; } >/dev/null 2>&1; then
  echo "== installing iproute2 and faketime (tests cut silos off and set their clocks)"
  as_root apt-get update -qq >/dev/null && as_root apt-get install -y -qq --no-install-recommends iproute2 faketime >/dev/null || echo "not installed: the tests of partitions and of clocks will be skipped"
fi
if command -v npm >/dev/null 2>&1; then
  echo "== restoring the Node clients and axe-core"
  npm ci --prefix tests/Client.Tests/Node --no-audit --no-fund --loglevel=error || echo "not restored: the Node tests will be skipped"
  npm ci --prefix tests/Client.Tests/Pages --no-audit --no-fund --loglevel=error || echo "not restored: the accessibility tests will be skipped"
  npm ci --prefix tests/Client.Tests/NodeAnthropic --no-audit --no-fund --loglevel=error || echo "not restored: the test of Anthropic's Node client will be skipped"
fi

echo "== building"
dotnet build OrleansLlm.sln --configuration Release --verbosity quiet --nologo || { echo "0 passed, 1 failed"; exit 1; }

passed=0 failed=0 skipped=0
for name in Core Inference Grains Client Cluster; do
  assembly="artifacts/bin/$name.Tests/release/OrleansLlm.$name.Tests.dll"
  echo "== $name.Tests"
  output="$(dotnet "$assembly" -noColor 2>&1)"
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
