#!/usr/bin/env bash
# Builds and runs OrleansLlm: ./run.sh serves, ./run.sh replay FILE answers "what would this save me?", ./run.sh --help tells the rest.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$root/scripts/require-dotnet.sh"

[ -e "$root/artifacts/bin/Silo/release/orleansllm.dll" ] || echo "Building: a minute or two, this first time …" >&2
dotnet build "$root/silo/Silo.csproj" --configuration Release --verbosity quiet --nologo ${ACCELERATOR:+-p:Accelerator=$ACCELERATOR} >&2
# As in the images: two heaps of the C library instead of eight a core, in large pages.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}" GLIBC_TUNABLES="${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1}"
export ORLEANSLLM_DATA="${ORLEANSLLM_DATA:-$root/data}"
exec dotnet "$root/artifacts/bin/Silo/release/orleansllm.dll" "$@"
