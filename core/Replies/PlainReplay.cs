using System.Buffers;
using System.Text.Json;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Replies;

/// <summary>Gives a stored plain answer again, with a few values of its own and everything else byte for byte as it was.</summary>
public static class PlainReplay
{
    /// <summary>A chat or text completion with a fresh <c>id</c> and <c>created</c>.</summary>
    public static byte[] Completion(ReadOnlyMemory<byte> stored, string id, long created) =>
        Replace(stored, ("id", JsonSerializer.SerializeToUtf8Bytes(id)), ("created", JsonSerializer.SerializeToUtf8Bytes(created)));

    /// <summary>Puts other values in the place of some of the root's, by spans of the original bytes.</summary>
    internal static byte[] Replace(ReadOnlyMemory<byte> stored, params (string Name, byte[] Value)[] values)
    {
        using var document = JsonDocument.Parse(stored);
        var edits = new List<(JsonSpan At, byte[] Value)>(2);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var at = Array.FindIndex(values, v => property.NameEquals(v.Name));
            if (at < 0)
                continue;
            edits.Add((JsonSpan.Of(stored, property.Value), values[at].Value));
        }

        var writer = new ArrayBufferWriter<byte>(stored.Length + 64);
        var end = 0;
        foreach (var (at, value) in edits)
        {
            writer.Write(stored.Span[end..at.Start]);
            writer.Write(value);
            end = at.End;
        }

        writer.Write(stored.Span[end..]);
        return writer.WrittenSpan.ToArray();
    }
}
