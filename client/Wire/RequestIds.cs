using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansLlm.Client.Wire;

/// <summary>
/// Ids of requests: UUIDs of version 7 (https://www.rfc-editor.org/rfc/rfc9562#section-5.7), all of whose 74 free bits are random. The system is asked for
/// those of many at a time, since asking is most of what an id costs.
/// </summary>
internal static class RequestIds
{
    private const string Prefix = "req_";
    private const int TimeBytes = 6;
    private const int RandomBytes = 10;
    private const int Drawn = 100 * RandomBytes;

    [ThreadStatic]
    private static byte[]? t_random;

    [ThreadStatic]
    private static int t_used;

    /// <summary>A new id.</summary>
    public static string New()
    {
        Span<byte> id = stackalloc byte[TimeBytes + RandomBytes];
        Span<byte> milliseconds = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        milliseconds[^TimeBytes..].CopyTo(id);
        Draw(id[TimeBytes..]);
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return string.Concat(Prefix, Convert.ToHexStringLower(id));
    }

    private static void Draw(Span<byte> bytes)
    {
        if (t_random is not { } random)
        {
            t_random = random = new byte[Drawn];
            t_used = Drawn;
        }

        if (t_used == Drawn)
        {
            RandomNumberGenerator.Fill(random);
            t_used = 0;
        }

        random.AsSpan(t_used, bytes.Length).CopyTo(bytes);
        t_used += bytes.Length;
    }
}
