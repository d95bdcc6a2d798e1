# The silo with everything: grains, models, providers, and its own API. Build from the repository root.
# ACCELERATOR=Cuda with RUNTIME=an image that has CUDA 13's libraries, cuDNN 9 and the .NET runtime gives the GPU build.
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG ACCELERATOR=Cpu
ARG TARGETARCH
WORKDIR /src
COPY . .
# Compiled ahead: a pod is ready, and its first requests answered, a quarter sooner, for 20 MiB (docs/performance.md).
RUN dotnet publish silo/Silo.csproj --configuration Release --output /app --arch $TARGETARCH -p:UseAppHost=false -p:Accelerator=$ACCELERATOR -p:PublishReadyToRun=true && mv /app/models /models

FROM ${RUNTIME}
WORKDIR /app
# Models change less often than code: a layer of their own.
COPY --from=build /models /app/models
COPY --from=build /app /app
# Two heaps of the C library instead of eight a core, none of which gives back what models once took; in large pages, since models are read from
# end to end for every question.
ENV ORLEANSLLM_DATA=/data DOTNET_gcServer=0 MALLOC_ARENA_MAX=2 GLIBC_TUNABLES=glibc.malloc.hugetlb=1
USER 64198
ENTRYPOINT ["dotnet", "orleansllm.dll"]
