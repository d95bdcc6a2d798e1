using System.Text.Json.Serialization;

namespace OrleansLlm.Client.Endpoints;

/// <summary>How a process is.</summary>
/// <param name="Status"><c>live</c>, <c>ready</c>, <c>degraded</c> or <c>no silo answers</c>.</param>
internal sealed record HealthDocument(string Status)
{
    /// <summary>Tells a gateway from whatever else answers at such a path.</summary>
    public const string Kind = "orleansllm.health";

    [JsonPropertyOrder(-1)]
    public string Object { get; } = Kind;

    /// <summary>Whether the store is connected; of a silo's readiness alone.</summary>
    public string? Store { get; init; }

    /// <summary>Whether the acceptance policy is loaded; of a silo's readiness alone.</summary>
    public string? Acceptance { get; init; }

    /// <summary>Whether the classifier of costly questions is loaded; of a silo's readiness alone.</summary>
    public string? Stakes { get; init; }

    /// <summary>The models of the layers; of a silo's readiness alone.</summary>
    public IReadOnlyList<ModelHealth>? Models { get; init; }
}

/// <summary>How a model of the layers is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Loaded">Whether it is loaded; its layer is skipped where it is not.</param>
/// <param name="ExecutionProvider">What it runs on.</param>
internal sealed record ModelHealth(string Name, string? Version, bool Loaded, string? ExecutionProvider);
