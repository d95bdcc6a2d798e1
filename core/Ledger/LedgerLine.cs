using System.Buffers;
using System.Text.Json;

namespace OrleansLlm.Core.Ledger;

/// <summary>An entry as one line of JSON, the form in which it travels and is kept.</summary>
public static class LedgerLine
{
    private const byte End = (byte)'\n';

    /// <summary>Writes <paramref name="entry"/> and a line feed.</summary>
    public static void Write(IBufferWriter<byte> output, Utf8JsonWriter json, LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(json);
        json.Reset(output);
        JsonSerializer.Serialize(json, entry, LedgerJson.Default.LedgerEntry);
        json.Flush();
        output.Write([End]);
    }

    /// <summary>The same of an entry that gets its place now, among those of its writer for its tenant.</summary>
    public static void Write(IBufferWriter<byte> output, Utf8JsonWriter json, LedgerEntry entry, string writer, long sequence)
    {
        ArgumentNullException.ThrowIfNull(entry);
        entry.SetPlace(writer, sequence);
        Write(output, json, entry);
    }

    /// <summary>The lines of <paramref name="utf8"/> without their ends; a last one without an end is torn and left out.</summary>
    public static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> utf8)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (utf8.Span.IndexOf(End) is var end and >= 0)
        {
            if (end > 0)
                lines.Add(utf8[..end]);
            utf8 = utf8[(end + 1)..];
        }

        return lines;
    }

    /// <summary>The inverse of <see cref="Split"/>.</summary>
    public static byte[] Join(IReadOnlyCollection<ReadOnlyMemory<byte>> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var joined = GC.AllocateUninitializedArray<byte>(lines.Sum(static l => l.Length + 1));
        var at = 0;
        foreach (var line in lines)
        {
            line.Span.CopyTo(joined.AsSpan(at));
            at += line.Length;
            joined[at++] = End;
        }

        return joined;
    }

    /// <summary>The entry; null where the line is none (torn by a crash, or not ours).</summary>
    public static LedgerEntry? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            if (!LedgerLineReader.TryRead(line, out var entry))
                entry = JsonSerializer.Deserialize(line, LedgerJson.Default.LedgerEntry);
            return entry is { Sequence: > 0 } ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whose entry it is, without reading all of it; null where the line is none.</summary>
    public static string? TenantOf(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                    continue;
                var found = reader.ValueTextEquals("tenant_id"u8);
                reader.Read();
                if (found)
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
        }
        catch (JsonException)
        {
        }

        return null;
    }
}
