using System.Collections.Frozen;
using System.Numerics.Tensors;
using System.Text;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// What some fifteen thousand English words mean, as vectors that the embedder gives them one by one, reduced to few dimensions
/// (word-vectors.bin, written by the bench suite <c>compress-words</c>). No model runs: looking a word up is all.
/// </summary>
internal sealed class WordVectors
{
    public const int Dimensions = 128;
    public const int CurrentVersion = 1;

    private const string Resource = "OrleansLlm.Core.Compression.word-vectors.bin";

    private readonly FrozenDictionary<ulong, int> _rows;
    // Whole numbers of at most 127, so that a sum of their products is exact in a float: the same on every processor, in any order.
    private readonly float[] _values;
    private readonly float[] _norms;

    private WordVectors(FrozenDictionary<ulong, int> rows, float[] values)
    {
        _rows = rows;
        _values = values;
        _norms = new float[values.Length / Dimensions];
        for (var row = 0; row < _norms.Length; row++)
            _norms[row] = MathF.Sqrt(TensorPrimitives.Dot(Row(row), Row(row)));
    }

    /// <summary>Those that ship with this build.</summary>
    public static WordVectors Default { get; } = ReadShipped();

    public int Count => _norms.Length;

    /// <summary>The word's row, or -1 where it has none. Words with one stem share a row.</summary>
    public int Find(ulong term) => _rows.GetValueOrDefault(term, -1);

    /// <summary>Cosine of two rows, in [-1, 1].</summary>
    public float Cosine(int a, int b) => TensorPrimitives.Dot(Row(a), Row(b)) / (_norms[a] * _norms[b]);

    /// <param name="stream">Where to.</param>
    /// <param name="words">Lower-case words, and <see cref="Dimensions"/> whole numbers for each.</param>
    public static void Write(Stream stream, IReadOnlyList<(string Word, sbyte[] Vector)> words)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(CurrentVersion);
        writer.Write(Dimensions);
        writer.Write(words.Count);
        foreach (var (word, vector) in words)
        {
            writer.Write(word);
            foreach (var value in vector)
                writer.Write(value);
        }
    }

    /// <exception cref="InvalidDataException">It is no file of this version and these dimensions.</exception>
    public static WordVectors Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            var (version, dimensions, count) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            if (version != CurrentVersion || dimensions != Dimensions || count < 0)
                throw new InvalidDataException($"the word vectors have version {version} and {dimensions} dimensions; this build reads {CurrentVersion} and {Dimensions}");
            var rows = new Dictionary<ulong, int>(count);
            var values = new float[count * Dimensions];
            for (var row = 0; row < count; row++)
            {
                rows.TryAdd(Key(reader.ReadString()), row);
                for (var i = 0; i < Dimensions; i++)
                    values[(row * Dimensions) + i] = reader.ReadSByte();
            }

            return new WordVectors(rows.ToFrozenDictionary(), values);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("the word vectors end too soon", e);
        }
    }

    /// <summary>The stem that stands for <paramref name="word"/>.</summary>
    public static ulong Key(string word)
    {
        var reader = new TermReader(word);
        return reader.MoveNext() ? reader.Current.Id : 0;
    }

    private static WordVectors ReadShipped()
    {
        using var stream = typeof(WordVectors).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException($"{Resource} is not in the assembly");
        using var buffered = new BufferedStream(stream, 1 << 16);
        return Read(buffered);
    }

    private ReadOnlySpan<float> Row(int row) => _values.AsSpan(row * Dimensions, Dimensions);
}
