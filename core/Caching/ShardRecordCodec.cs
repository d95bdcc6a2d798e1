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
/// <param name="shardId">The shard; a sealed entry opens in no other.</param>
/// <param name="cipher">Seals entries; null writes them plain. Plain ones are read either way.</param>
public sealed class ShardRecordCodec(string shardId, ShardCipher? cipher)
{
    private const byte Version = 3;
    private const byte PutKind = 1;
    private const byte RemoveKind = 2;
    private const byte SealedPutKind = 3;
    private const int HeaderLength = 8;

    // Cannot stand in a header, where tags come from.
    private const char TagSeparator = '\n';

    private readonly byte[] _context = Encoding.UTF8.GetBytes(shardId);

    public byte[] Encode(ShardRecord record)
    {
        var fields = new ArrayBufferWriter<byte>(256);
        if (record.Entry is null)
        {
            WriteText(fields, record.Removed!);
            return Frame(RemoveKind, fields.WrittenSpan);
        }

        Write(fields, record.Entry);
        return cipher is null ? Frame(PutKind, fields.WrittenSpan) : Frame(SealedPutKind, cipher.Seal(fields.WrittenSpan, _context));
    }

    public ShardRecord? Decode(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < HeaderLength + 2)
            return null;
        var body = frame[HeaderLength..];
        if (BinaryPrimitives.ReadInt32LittleEndian(frame) != body.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) != Crc32.HashToUInt32(body)
            || body[0] != Version)
            return null;
        var fields = body[2..];
        switch (body[1])
        {
            case RemoveKind:
                var reader = new FieldReader(fields);
                return reader.Text() is { } removed && reader.AtEnd ? ShardRecord.Remove(removed) : null;
            case PutKind:
                return Read(fields);
            case SealedPutKind when cipher?.Open(fields, _context) is { } opened:
                return Read(opened);
            default:
                return null;
        }
    }

    private static byte[] Frame(byte kind, ReadOnlySpan<byte> fields)
    {
        var frame = new byte[HeaderLength + 2 + fields.Length];
        frame[HeaderLength] = Version;
        frame[HeaderLength + 1] = kind;
        fields.CopyTo(frame.AsSpan(HeaderLength + 2));
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Crc32.HashToUInt32(frame.AsSpan(HeaderLength)));
        return frame;
    }

    private static void Write(ArrayBufferWriter<byte> fields, CacheEntry entry)
    {
        WriteText(fields, entry.Fingerprint);
        WriteText(fields, entry.Question);
        WriteBytes(fields, MemoryMarshal.AsBytes(entry.Embedding.AsSpan()));
        WriteText(fields, entry.Model);
        WriteLong(fields, entry.CreatedAt.UtcTicks);
        WriteLong(fields, entry.ExpiresAt.UtcTicks);
        WriteLong(fields, entry.Usage.PromptTokens);
        WriteLong(fields, entry.Usage.CompletionTokens);
        WriteLong(fields, entry.Usage.CachedTokens);
        WriteLong(fields, entry.Usage.CacheWriteTokens);
        WriteLong(fields, entry.Usage.ReasoningTokens);
        foreach (var part in decimal.GetBits(entry.Worth.CostUsd))
            WriteLong(fields, part);
        WriteLong(fields, BitConverter.DoubleToInt64Bits(entry.Worth.Hits));
        WriteLong(fields, entry.Worth.AsOf.UtcTicks);
        WriteBytes(fields, entry.Answer);
        WriteText(fields, string.Join(TagSeparator, entry.Tags));
        if (entry.RulesSeen is { } seen)
            WriteLong(fields, seen);
    }

    private static ShardRecord? Read(ReadOnlySpan<byte> fields)
    {
        var reader = new FieldReader(fields);
        var fingerprint = reader.Text();
        var question = reader.Text();
        var embedding = reader.Bytes();
        var model = reader.Text();
        var created = reader.Long();
        var expires = reader.Long();
        var usage = new TokenUsage((int)reader.Long(), (int)reader.Long(), (int)reader.Long(), (int)reader.Long(), (int)reader.Long());
        int[] cost = [(int)reader.Long(), (int)reader.Long(), (int)reader.Long(), (int)reader.Long()];
        var hits = BitConverter.Int64BitsToDouble(reader.Long());
        var asOf = reader.Long();
        var answer = reader.Bytes();
        var tags = reader.Text();
        long? rulesSeen = reader.AtEnd ? null : reader.Long();
        if (reader.Failed || !reader.AtEnd || embedding.Length % sizeof(float) != 0 || !IsTime(created) || !IsTime(expires) || !IsTime(asOf))
            return null;
        return ShardRecord.Put(new CacheEntry
        {
            Fingerprint = fingerprint!,
            Question = question!,
            Embedding = MemoryMarshal.Cast<byte, float>(embedding).ToArray(),
            Model = model!,
            CreatedAt = new DateTimeOffset(created, TimeSpan.Zero),
            RulesSeen = rulesSeen,
            ExpiresAt = new DateTimeOffset(expires, TimeSpan.Zero),
            Usage = usage,
            Worth = new EntryWorth(new decimal(cost), hits, new DateTimeOffset(asOf, TimeSpan.Zero)),
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
