using System.Security.Cryptography;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>The acceptance policy of this process; without one nothing is matched by meaning.</summary>
/// <param name="Policy">The policy, or null where its file is missing or cannot be used.</param>
/// <param name="Problem">Why there is none; null where there is one.</param>
public sealed record AcceptancePolicySource(AcceptancePolicy? Policy, string? Problem)
{
    /// <summary>Names the policy by its content: labels of other scores say nothing about these. Empty without a policy.</summary>
    public string ModelId { get; } = Policy is null ? string.Empty : IdOf(Policy);

    /// <summary>Reads <c>acceptance.json</c> beside the models.</summary>
    public static AcceptancePolicySource Load(string modelsDirectory)
    {
        var path = Path.Combine(modelsDirectory, "acceptance.json");
        try
        {
            using var file = File.OpenRead(path);
            return new AcceptancePolicySource(AcceptancePolicy.Read(file), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new AcceptancePolicySource(null, $"{path}: {e.Message}");
        }
    }

    private static string IdOf(AcceptancePolicy policy)
    {
        using var bytes = new MemoryStream();
        AcceptancePolicy.Write(bytes, policy.Model);
        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))[..16];
    }
}
