namespace OrleansLlm.Core.Routing;

/// <summary>The latest turns by the hash of their prompt; bounded, the least recently used leaves, and each is forgotten after a while.</summary>
/// <param name="capacity">Most turns, at least 1.</param>
/// <param name="lifetime">How long a turn is remembered.</param>
/// <param name="time">Judges age.</param>
public sealed class ConversationMemory(int capacity, TimeSpan lifetime, TimeProvider time)
{
    private readonly Dictionary<string, LinkedListNode<Kept>> _byPrompt = new(StringComparer.Ordinal);
    private readonly LinkedList<Kept> _byUse = new();

    /// <summary>How many turns are remembered.</summary>
    public int Count => _byUse.Count;

    /// <summary>The turn of this prompt; null where none is remembered.</summary>
    public ConversationTurn? Find(string prompt)
    {
        if (!_byPrompt.TryGetValue(prompt, out var node))
            return null;
        if (node.Value.ExpiresAt <= time.GetUtcNow())
        {
            Remove(node);
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node.Value.Turn;
    }

    /// <summary>Remembers how a prompt was answered last.</summary>
    public void Remember(string prompt, ConversationTurn turn)
    {
        if (_byPrompt.TryGetValue(prompt, out var old))
            Remove(old);
        else if (_byUse.Count >= capacity)
            Remove(_byUse.Last!);
        _byPrompt[prompt] = _byUse.AddFirst(new Kept(prompt, turn, time.GetUtcNow() + lifetime));
    }

    private void Remove(LinkedListNode<Kept> node)
    {
        _byPrompt.Remove(node.Value.Prompt);
        _byUse.Remove(node);
    }

    private sealed record Kept(string Prompt, ConversationTurn Turn, DateTimeOffset ExpiresAt);
}
