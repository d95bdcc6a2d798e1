using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Core.Tenants;

/// <summary>A key that was made here: all that is kept of it, which is not the key.</summary>
public sealed record VirtualKey
{
    /// <summary>Part of the key, and no secret: the record is found by it at once, however many keys there are.</summary>
    public required string Id { get; init; }

    public required string TenantId { get; init; }

    /// <summary>Empty for none.</summary>
    public string ProjectId { get; init; } = string.Empty;

    public required string Name { get; init; }

    public KeyRole Role { get; init; }

    public required KeyHash Hash { get; init; }

    /// <summary>The secret before the last rotation, while it is still taken.</summary>
    public KeyHash? PreviousHash { get; init; }

    public DateTimeOffset? PreviousUntil { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Models that may be asked for by these names; empty for all.</summary>
    public IReadOnlyList<string> AllowedModels { get; init; } = [];

    /// <summary>Where it is narrower than the tenant's.</summary>
    public LayerMode? Cache { get; init; }

    /// <summary>Where it is narrower than the tenant's.</summary>
    public LayerMode? Routing { get; init; }

    /// <summary>Where it is narrower than the tenant's.</summary>
    public LayerMode? Compression { get; init; }

    /// <summary>Where it is stricter than the tenant's.</summary>
    public double? CacheThreshold { get; init; }

    /// <summary>Beside the tenant's and the project's.</summary>
    public IReadOnlyList<BudgetLimit> Budgets { get; init; } = [];

    /// <summary>Likewise.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Rises with every change of any key.</summary>
    public long Sequence { get; init; }

    /// <summary>Whether it is neither revoked nor expired at <paramref name="now"/>.</summary>
    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } expires || now < expires);

    /// <summary>Whether <paramref name="text"/> is this key, in time that does not tell how nearly.</summary>
    public bool Matches(string text, DateTimeOffset now)
    {
        var current = Hash.Matches(text);
        var previous = PreviousHash is { } before && before.Matches(text) && now < PreviousUntil;
        return IsUsable(now) & (current | previous);
    }

    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, VirtualKeyJson.Default.VirtualKey);

    /// <summary>Reads what <see cref="ToUtf8Json"/> wrote.</summary>
    /// <exception cref="JsonException">The text is something else.</exception>
    public static VirtualKey FromUtf8Json(ReadOnlySpan<byte> utf8Json) =>
        JsonSerializer.Deserialize(utf8Json, VirtualKeyJson.Default.VirtualKey) ?? throw new JsonException("No key.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VirtualKey))]
internal sealed partial class VirtualKeyJson : JsonSerializerContext;
