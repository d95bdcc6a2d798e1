# Sourced by run.sh and test.sh: stops with a word on what to install where the .NET 10 SDK is missing.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  echo "OrleansLlm needs the .NET 10 SDK (ASP.NET Core included)." >&2
  echo "Install it from https://dotnet.microsoft.com/download/dotnet/10.0, or with your system's package manager:" >&2
  echo "  Debian/Ubuntu: apt-get install dotnet-sdk-10.0     macOS: brew install dotnet-sdk     Windows: winget install Microsoft.DotNet.SDK.10" >&2
  exit 1
fi
