using System.Buffers;

namespace OrleansLlm.Inference.Tokenization;

/// <summary>A growing list of token ids with their spans over rented arrays; clear it to use it again, dispose it to hand the arrays back.</summary>
internal sealed class TokenBuffer : IDisposable
{
    private int[] _ids = ArrayPool<int>.Shared.Rent(256);
    private TokenSpan[] _spans = ArrayPool<TokenSpan>.Shared.Rent(256);

    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>One span per token; special tokens that frame a text have an empty one.</summary>
    public ReadOnlySpan<TokenSpan> Spans => _spans.AsSpan(0, Count);

    public void Add(int id, TokenSpan span = default)
    {
        if (Count == _ids.Length || Count == _spans.Length)
            Grow();
        _ids[Count] = id;
        _spans[Count++] = span;
    }

    /// <summary>Drops every token from <paramref name="count"/> on.</summary>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    public void Clear() => Count = 0;

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_ids);
        ArrayPool<TokenSpan>.Shared.Return(_spans);
        _ids = [];
        _spans = [];
        Count = 0;
    }

    private void Grow()
    {
        ObjectDisposedException.ThrowIf(_ids.Length == 0, this);
        Grow(ref _ids, Count);
        Grow(ref _spans, Count);
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        var larger = ArrayPool<T>.Shared.Rent(count * 2);
        array.AsSpan(0, count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}
