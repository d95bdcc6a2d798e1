using System.Text.Json;

namespace OrleansLlm.Core.Pricing;

/// <summary>The words of <c>service_tier</c> in requests and answers.</summary>
internal static class ServiceTierName
{
    private const string Property = "service_tier";

    /// <summary>The tier that <paramref name="owner"/>, an object, names.</summary>
    public static ServiceTier? Of(JsonElement owner) =>
        owner.TryGetProperty(Property, out var name) && name.ValueKind == JsonValueKind.String ? Read(name.GetString()) : null;

    /// <summary>
    /// The same of Anthropic's form, where another <c>speed</c> than the standard one and another <c>inference_geo</c> than anywhere have prices that are
    /// not known here. An answer of a model that cannot be bound to a place says <c>not_available</c>.
    /// </summary>
    public static ServiceTier? OfMessages(JsonElement owner) =>
        IsOtherThan(owner, "speed", "standard") || IsOtherThan(owner, "inference_geo", "global", "not_available") ? ServiceTier.Other : Of(owner);

    /// <summary>The tier; null where the word leaves it to the provider's project, as <c>auto</c> and no word at all do.</summary>
    public static ServiceTier? Read(string? name) => name switch
    {
        null or "" or "auto" => null,
        // Scale is paid for in advance: nothing on top of the list price is billed by the token.
        "default" or "standard" or "standard_only" or "scale" => ServiceTier.Standard,
        "flex" => ServiceTier.Flex,
        "batch" => ServiceTier.Batch,
        "priority" => ServiceTier.Priority,
        _ => ServiceTier.Other,
    };

    private static bool IsOtherThan(JsonElement owner, string name, params ReadOnlySpan<string> usual) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.String && usual.Contains(value.GetString()!));
}
