#!/usr/bin/env bash
# What building the images would do, where there is no container engine: the publish steps of both Dockerfiles, word for word, and the silo's for GPUs as
# well, on what .dockerignore lets through; then their bills of materials. Fails where an image would lack its program, its models or CUDA's provider, or
# carry another system's, or the API's models or a provider's client.
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
for image in silo api silo-cuda; do
  accelerator=Cpu
  [ "$image" = silo-cuda ] && accelerator=Cuda
  dockerfile="k8s/${image%-cuda}.Dockerfile"
  publish="$(sed -n 's/^RUN \(dotnet publish [^&]*\).*/\1/p' "$dockerfile")"
  publish="${publish//\$ACCELERATOR/$accelerator}"
  publish="${publish//\$TARGETARCH/amd64}"
  publish="${publish/--output \/app/--output $work/$image}"
  echo "$image: $publish"
  (cd "$work/src" && eval "$publish" --verbosity quiet --nologo)
  entry="$(sed -n 's/^ENTRYPOINT \["dotnet", "\(.*\)"\]/\1/p' "$dockerfile")"
  [ -f "$work/$image/$entry" ] || { echo "$image: $entry is missing" >&2; exit 1; }
  du -sh "$work/$image" | cut -f1
done
for image in silo silo-cuda; do
  for model in embedder verifier router compressor-fast; do
    [ -f "$work/$image/models/$model/manifest.json" ] || { echo "$image: the model $model is missing" >&2; exit 1; }
  done
done
for file in libonnxruntime_providers_cuda.so models/embedder/model.w8.onnx models/verifier/model.w8.onnx models/compressor/model.w8.onnx; do
  find "$work/silo-cuda" -path "*/$file" | grep -q . || { echo "silo-cuda: $file is missing" >&2; exit 1; }
done
if find "$work/silo-cuda" -name 'onnxruntime*.dll' | grep -q .; then
  echo "silo-cuda: it carries another system's libraries" >&2
  exit 1
fi
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
echo "The images would have what they need and no more."
