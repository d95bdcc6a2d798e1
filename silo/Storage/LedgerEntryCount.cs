using System.Globalization;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>How many entries of a day count, of those in its files.</summary>
/// <param name="Entries">The first so many.</param>
/// <param name="Epoch">The opening that added the last of them; 0 where an older version did, which left no open block.</param>
internal readonly record struct LedgerEntryCount(long Entries, long Epoch)
{
    public static LedgerEntryCount Parse(RedisValue value)
    {
        if (value.IsNull)
            return default;
        var text = value.ToString();
        var at = text.IndexOf(' ', StringComparison.Ordinal);
        return at < 0
            ? new(long.Parse(text, CultureInfo.InvariantCulture), 0)
            : new(long.Parse(text.AsSpan(0, at), CultureInfo.InvariantCulture), long.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Entries} {Epoch}");
}
