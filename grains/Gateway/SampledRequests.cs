using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Draws requests for checks that are billed.</summary>
internal static class SampledRequests
{
    /// <summary>Whether a request is one of the <paramref name="share"/> drawn. Request ids are made here and are random, so that no caller can choose to be.</summary>
    public static bool Drawn(string requestId, double share)
    {
        if (share <= 0)
            return false;
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(XxHash64.Hash(Encoding.UTF8.GetBytes(requestId)));
        return (hash >> 11) * (1.0 / (1UL << 53)) < share;
    }
}
