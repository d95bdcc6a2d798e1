#!/usr/bin/env bash
# What building the images would do, where there is no container engine: the publish steps of both Dockerfiles, word for word, on what
# .dockerignore lets through; then their bills of materials. Fails where an image would lack its program or its models, or the API's would
# carry models or a provider's client.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
source scripts/require-dotnet.sh
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
sed -n 's/^!//p' .dockerignore | while read -r pattern; do
  # shellcheck disable=SC2086 # a pattern
  cp -r $pattern "$work/src/"
done
rm -rf "$work/src/models/reference"
for image in silo api; do
  publish="$(sed -n 's/^RUN \(dotnet publish [^&]*\).*/\1/p' "k8s/$image.Dockerfile")"
  publish="${publish//\$ACCELERATOR/Cpu}"
  publish="${publish//\$TARGETARCH/amd64}"
  publish="${publish/--output \/app/--output $work/$image}"
  echo "$image: $publish"
  (cd "$work/src" && eval "$publish" --verbosity quiet --nologo)
  entry="$(sed -n 's/^ENTRYPOINT \["dotnet", "\(.*\)"\]/\1/p' "k8s/$image.Dockerfile")"
  [ -f "$work/$image/$entry" ] || { echo "$image: $entry is missing" >&2; exit 1; }
  du -sh "$work/$image" | cut -f1
done
for model in embedder verifier router compressor-fast; do
  [ -f "$work/silo/models/$model/manifest.json" ] || { echo "silo: the model $model is missing" >&2; exit 1; }
done
if [ -e "$work/api/models" ] || compgen -G "$work/api/*OnnxRuntime*" >/dev/null || compgen -G "$work/api/*OpenAI*" >/dev/null; then
  echo "api: it carries models or a provider's client" >&2
  exit 1
fi
scripts/sbom.sh
grep -q '"Microsoft.ML.OnnxRuntime"' artifacts/sbom/orleansllm-silo.cdx.json || { echo "silo: its bill of materials lacks the models' runtime" >&2; exit 1; }
if grep -qE '"(Microsoft.ML.OnnxRuntime|Azure.AI.OpenAI|OpenAI)"' artifacts/sbom/orleansllm-api.cdx.json; then
  echo "api: its bill of materials names the models' runtime or a provider's client" >&2
  exit 1
fi
echo "Both images would have what they need and no more."
