using System.Security.Cryptography;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>The acceptance policy of this process; without one nothing is matched by meaning.</summary>
/// <param name="Policy">The policy, or null where its file is missing or cannot be used.</param>
/// <param name="Problem">Why there is none; null where there is one.</param>
public sealed record AcceptancePolicySource(AcceptancePolicy? Policy, string? Problem)
{
    /// <summary>The lanes whose scores a policy weighs.</summary>
    public static IReadOnlyList<string> FittedOn { get; } = ["embedder", "verifier"];

    /// <summary>Names the policy by its content: labels of other scores say nothing about these. Empty without a policy.</summary>
    public string ModelId { get; } = Policy is null ? string.Empty : IdOf(Policy);

    /// <summary>Reads <paramref name="file"/>, or <c>acceptance.json</c> beside the models where that is null.</summary>
    public static AcceptancePolicySource Load(string? file, string modelsDirectory)
    {
        var path = file ?? Path.Combine(modelsDirectory, "acceptance.json");
        try
        {
            using var utf8 = File.OpenRead(path);
            return new AcceptancePolicySource(AcceptancePolicy.Read(utf8), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new AcceptancePolicySource(null, $"{path}: {e.Message}");
        }
    }

    /// <summary>
    /// The same; or none, and which model it is, where the policy was fitted on another embedder or verifier: what it knows of their scores it does not
    /// know of these. A model that cannot be named is off, and asks for no policy.
    /// </summary>
    /// <param name="modelSha256">SHA-256 of the models' CPU files, by lane.</param>
    public AcceptancePolicySource For(IReadOnlyDictionary<string, string> modelSha256)
    {
        ArgumentNullException.ThrowIfNull(modelSha256);
        if (Policy is null)
            return this;
        foreach (var model in FittedOn)
        {
            var fitted = Policy.Model.Provenance.ModelSha256.GetValueOrDefault(model);
            if (modelSha256.TryGetValue(model, out var present) && !string.Equals(fitted, present, StringComparison.OrdinalIgnoreCase))
                return new AcceptancePolicySource(null, $"the policy was fitted on the {model} with SHA-256 {fitted ?? "unknown"}, and this one's is {present}; orleansllm calibrate cache fits one");
        }

        return this;
    }

    private static string IdOf(AcceptancePolicy policy)
    {
        using var bytes = new MemoryStream();
        AcceptancePolicy.Write(bytes, policy.Model);
        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()))[..16];
    }
}
