using System.Buffers;

namespace OrleansLlm.Silo.Upstream;

/// <summary>What may stand in an Azure deployment's name, which becomes a segment of the address.</summary>
internal static class AzureDeploymentName
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>False for a name that could lead the address elsewhere (<c>..</c>, <c>a/b</c>, <c>a?b</c>).</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= 256 && !name.AsSpan().ContainsAnyExcept(Characters) && name.Trim('.').Length > 0;
}
