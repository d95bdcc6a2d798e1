# The stateless API: no models, no provider keys. Build from the repository root.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG TARGETARCH
WORKDIR /src
COPY . .
# Compiled ahead, as the silo is.
RUN dotnet publish client/Client.csproj --configuration Release --output /app --arch $TARGETARCH -p:UseAppHost=false -p:PublishReadyToRun=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
WORKDIR /app
COPY --from=build /app /app
USER 64198
ENTRYPOINT ["dotnet", "OrleansLlm.Client.dll"]
