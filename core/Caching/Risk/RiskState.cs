using System.Text.Json;

namespace OrleansLlm.Core.Caching.Risk;

/// <summary>All that <see cref="RiskController"/> knows, as it is kept across restarts.</summary>
public sealed record RiskState
{
    /// <summary>The layout that this build reads.</summary>
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Which scores the labels are about; labels of another model say nothing here.</summary>
    public required string ModelId { get; init; }

    /// <summary>Thresholds, rising.</summary>
    public required double[] Ladder { get; init; }

    /// <summary>Index of the threshold that the epoch began with: first in the order of tests.</summary>
    public required int Start { get; init; }

    /// <summary>Index of the threshold that is served on trust; equal to the ladder's length where none is.</summary>
    public required int Trusted { get; init; }

    public required DateTimeOffset EpochStartedAt { get; init; }

    /// <summary>Counted from 1.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Labels at each threshold and above.</summary>
    public required WeightedCount[][] Evidence { get; init; }

    /// <summary>Comparisons that ended undecided: they count neither way.</summary>
    public long Unsure { get; init; }

    /// <summary>Hits served at each threshold and above.</summary>
    public required long[] Served { get; init; }

    /// <summary>Those of them that callers called wrong.</summary>
    public required long[] Reported { get; init; }

    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads what <see cref="ToUtf8Json"/> wrote; null where it is something else or another version.</summary>
    public static RiskState? FromUtf8Json(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            var state = JsonSerializer.Deserialize<RiskState>(utf8Json, Json);
            return state is not null && state.Version == CurrentVersion && state.Evidence.Length == state.Ladder.Length
                && state.Served.Length == state.Ladder.Length && state.Reported.Length == state.Ladder.Length
                && state.Start >= 0 && state.Start < state.Ladder.Length && state.Trusted >= 0 && state.Trusted <= state.Ladder.Length
                ? state
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
