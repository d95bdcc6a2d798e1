#!/usr/bin/env bash
# Writes the software bills of materials (CycloneDX) of both images to artifacts/sbom. Needs the NuGet feed and nothing else.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
dotnet tool restore --verbosity quiet
version="$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)"
for project in silo/Silo client/Client; do
  name="$(basename "$(dirname "$project")")"
  dotnet tool run dotnet-CycloneDX -- "$project.csproj" --exclude-dev --exclude-test-projects --output-format Json \
    --output artifacts/sbom --filename "orleansllm-${name/client/api}.cdx.json" --set-name "orleansllm-${name/client/api}" --set-version "$version" --base-intermediate-output-path artifacts/obj >/dev/null
done
ls -l artifacts/sbom
