using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Binary frames of a shard's log: length (4 bytes), CRC-32 of the rest (4), version (1), kind (1), fields. Little-endian;
/// strings and byte fields carry their length. A frame that is short, altered or of an unknown version reads as null.
/// </summary>
public static class ShardRecordCodec
{
    private const byte Version = 2;
    private const byte PutKind = 1;
    private const byte RemoveKind = 2;
    private const int HeaderLength = 8;

    // Cannot stand in a header, where tags come from.
    private const char TagSeparator = '\n';

    public static byte[] Encode(ShardRecord record)
    {
        var body = new ArrayBufferWriter<byte>(256);
        body.Write([Version, record.Entry is null ? RemoveKind : PutKind]);
        if (record.Entry is { } entry)
        {
            WriteText(body, entry.Fingerprint);
            WriteText(body, entry.Question);
            WriteBytes(body, MemoryMarshal.AsBytes(entry.Embedding.AsSpan()));
            WriteText(body, entry.Model);
            WriteLong(body, entry.CreatedAt.UtcTicks);
            WriteLong(body, entry.ExpiresAt.UtcTicks);
            WriteLong(body, entry.Usage.PromptTokens);
            WriteLong(body, entry.Usage.CompletionTokens);
            WriteLong(body, entry.Usage.CachedTokens);
            WriteLong(body, entry.Usage.CacheWriteTokens);
            WriteLong(body, entry.Usage.ReasoningTokens);
            WriteBytes(body, entry.Answer);
            WriteText(body, string.Join(TagSeparator, entry.Tags));
        }
        else
        {
            WriteText(body, record.Removed!);
        }

        var frame = new byte[HeaderLength + body.WrittenCount];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.WrittenCount);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Crc32.HashToUInt32(body.WrittenSpan));
        body.WrittenSpan.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    public static ShardRecord? Decode(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < HeaderLength + 2)
            return null;
        var body = frame[HeaderLength..];
        if (BinaryPrimitives.ReadInt32LittleEndian(frame) != body.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) != Crc32.HashToUInt32(body)
            || body[0] != Version)
            return null;
        var reader = new FieldReader(body[2..]);
        if (body[1] == RemoveKind)
            return reader.Text() is { } removed && reader.AtEnd ? ShardRecord.Remove(removed) : null;
        if (body[1] != PutKind)
            return null;
        var fingerprint = reader.Text();
        var question = reader.Text();
        var embedding = reader.Bytes();
        var model = reader.Text();
        var created = reader.Long();
        var expires = reader.Long();
        var usage = new TokenUsage((int)reader.Long(), (int)reader.Long(), (int)reader.Long(), (int)reader.Long(), (int)reader.Long());
        var answer = reader.Bytes();
        var tags = reader.Text();
        if (reader.Failed || !reader.AtEnd || embedding.Length % sizeof(float) != 0 || !IsTime(created) || !IsTime(expires))
            return null;
        return ShardRecord.Put(new CacheEntry
        {
            Fingerprint = fingerprint!,
            Question = question!,
            Embedding = MemoryMarshal.Cast<byte, float>(embedding).ToArray(),
            Model = model!,
            CreatedAt = new DateTimeOffset(created, TimeSpan.Zero),
            ExpiresAt = new DateTimeOffset(expires, TimeSpan.Zero),
            Usage = usage,
            Answer = answer.ToArray(),
            Tags = tags!.Split(TagSeparator, StringSplitOptions.RemoveEmptyEntries),
        });
    }

    private static bool IsTime(long ticks) => ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks;

    private static void WriteText(ArrayBufferWriter<byte> body, string text) => WriteBytes(body, Encoding.UTF8.GetBytes(text));

    private static void WriteBytes(ArrayBufferWriter<byte> body, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(body.GetSpan(4), bytes.Length);
        body.Advance(4);
        body.Write(bytes);
    }

    private static void WriteLong(ArrayBufferWriter<byte> body, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(body.GetSpan(8), value);
        body.Advance(8);
    }

    private ref struct FieldReader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public bool Failed { get; private set; }

        public readonly bool AtEnd => _rest.IsEmpty;

        public long Long()
        {
            if (_rest.Length < 8)
            {
                Failed = true;
                return 0;
            }

            var value = BinaryPrimitives.ReadInt64LittleEndian(_rest);
            _rest = _rest[8..];
            return value;
        }

        public ReadOnlySpan<byte> Bytes()
        {
            if (_rest.Length < 4 || BinaryPrimitives.ReadInt32LittleEndian(_rest) is var length && (length < 0 || length > _rest.Length - 4))
            {
                Failed = true;
                return default;
            }

            var bytes = _rest.Slice(4, length);
            _rest = _rest[(4 + length)..];
            return bytes;
        }

        public string? Text()
        {
            var bytes = Bytes();
            return Failed ? null : Encoding.UTF8.GetString(bytes);
        }
    }
}
