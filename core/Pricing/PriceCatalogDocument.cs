using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLlm.Core.Pricing;

/// <summary>The catalogue as a JSON file: a date as version, where the figures come from, and the prices.</summary>
internal sealed record PriceCatalogDocument
{
    public required string Version { get; init; }

    public string Source { get; init; } = "";

    public IReadOnlyList<string> Notes { get; init; } = [];

    public required IReadOnlyList<ModelPrice> Prices { get; init; }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    WriteIndented = true)]
[JsonSerializable(typeof(PriceCatalogDocument))]
internal sealed partial class PriceCatalogJson : JsonSerializerContext;
