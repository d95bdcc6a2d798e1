using System.Globalization;
using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Which shard holds what, as the tree of the splits: from the root down, a vector belongs to the child of the nearer centroid. An entry thus
/// has exactly one home, <see cref="Home"/>, and an exact lookup goes there, though another shard's centroid may have come to lie nearer since.
/// A search by meaning asks the shards of the nearest centroids (<see cref="Probe"/>). Immutable.
/// </summary>
public sealed class ShardMap
{
    private readonly ShardMapNode[] _nodes;
    private readonly int[] _leaves;

    /// <param name="version">Raised by every split.</param>
    /// <param name="nodes">The root first; none for a partition that holds nothing yet.</param>
    public ShardMap(int version, IReadOnlyList<ShardMapNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        Version = version;
        _nodes = [.. nodes];
        _leaves = [.. Enumerable.Range(0, _nodes.Length).Where(i => _nodes[i].Shard is not null)];
    }

    public int Version { get; }

    public IReadOnlyList<ShardMapNode> Nodes => _nodes;

    public bool IsEmpty => _leaves.Length == 0;

    /// <summary>Ids of all shards.</summary>
    public IEnumerable<string> Shards => _leaves.Select(i => _nodes[i].Shard!);

    /// <summary>The map of one shard.</summary>
    public static ShardMap Single(string shard) => new(1, [new ShardMapNode(shard, [], -1, -1)]);

    /// <summary>
    /// The id of the shard that <paramref name="shard"/> splits off on this map: the same for a repeated attempt, another for every other shard
    /// and split, since several shards may split at once.
    /// </summary>
    public string NewShardOf(string shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        var hash = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(shard.AsSpan()), Version);
        return string.Create(CultureInfo.InvariantCulture, $"{shard[..(shard.LastIndexOf('/') + 1)]}{hash:x16}");
    }

    /// <summary>
    /// The vector that gives an entry without an embedding its home: it follows from the fingerprint alone, and spreads evenly.
    /// </summary>
    public static float[] StandIn(string fingerprint, int dimension)
    {
        var random = new Random((int)XxHash32.HashToUInt32(MemoryMarshal.AsBytes(fingerprint.AsSpan())));
        var vector = new float[dimension];
        for (var i = 0; i < dimension; i++)
            vector[i] = random.NextSingle() * 2 - 1;
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    /// <summary>The one shard where an entry of this vector is kept.</summary>
    public string Home(ReadOnlySpan<float> vector)
    {
        var node = _nodes[0];
        while (node.Shard is null)
            node = _nodes[TwoMeans.IsFirst(vector, _nodes[node.First].Centroid, _nodes[node.Second].Centroid) ? node.First : node.Second];
        return node.Shard;
    }

    /// <summary>The shards of the nearest centroids, nearest first.</summary>
    public IEnumerable<string> Probe(ReadOnlySpan<float> vector, int count)
    {
        if (_leaves.Length == 1)
            return [_nodes[_leaves[0]].Shard!];
        var near = new (string Shard, float Dot)[_leaves.Length];
        for (var i = 0; i < near.Length; i++)
            near[i] = (_nodes[_leaves[i]].Shard!, TensorPrimitives.Dot(vector, _nodes[_leaves[i]].Centroid));
        return near.OrderByDescending(static n => n.Dot).Take(count).Select(static n => n.Shard);
    }

    /// <summary>The centroid of a shard, empty for the only one; null where there is no such shard.</summary>
    public float[]? CentroidOf(string shard) => Array.Find(_nodes, n => n.Shard == shard)?.Centroid;

    /// <summary>
    /// The map after <paramref name="shard"/> gave the entries nearer to <paramref name="second"/> to <paramref name="newShard"/>; null where
    /// there is no such shard, or its centroid is another than <paramref name="centroid"/>: it has been split since.
    /// </summary>
    public ShardMap? Split(string shard, ReadOnlySpan<float> centroid, float[] first, string newShard, float[] second)
    {
        var at = Array.FindIndex(_nodes, n => n.Shard == shard);
        if (at < 0 || !centroid.SequenceEqual(_nodes[at].Centroid))
            return null;
        ShardMapNode[] nodes =
        [
            .. _nodes, new ShardMapNode(shard, first, -1, -1), new ShardMapNode(newShard, second, -1, -1),
        ];
        nodes[at] = new ShardMapNode(null, _nodes[at].Centroid, _nodes.Length, _nodes.Length + 1);
        return new(Version + 1, nodes);
    }
}
