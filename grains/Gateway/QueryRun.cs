using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Gateway;

/// <summary>
/// One way through the layers, started by the first of identical requests and read by all of them. Goes on while anybody reads;
/// when the last reader leaves before the end, the upstream call is cancelled. Readers are wherever they are.
/// </summary>
/// <param name="query">The first one's.</param>
/// <param name="bufferLimit">See <see cref="ReplayBuffer"/>.</param>
/// <param name="isPrivate">Whether nobody else can join it.</param>
internal sealed class QueryRun(Query query, long bufferLimit = long.MaxValue, bool isPrivate = false) : IDisposable
{
    // What its first reader does next goes on where the run stands: a thread hop of every request less.
    private readonly TaskCompletionSource<RunHead> _head = new();
    private readonly TaskCompletionSource<RunEnd> _end = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Lock _lock = new();
    private int _readers;
    private bool _isAbandoned;

    public Query Query { get; } = query;

    /// <summary>See <see cref="StoredAnswer.RulesSeen"/>; null where nobody else may be given its answer while it is made.</summary>
    public long? RulesSeen { get; init; }

    /// <summary>Whether the same request is under way in an older run, whose answer may not be given to this one's.</summary>
    public bool Replaces { get; init; }

    /// <summary>Status and origin of the answer.</summary>
    public Task<RunHead> Head => _head.Task;

    /// <summary>What the answer used, once it has ended.</summary>
    public Task<RunEnd> End => _end.Task;

    /// <summary>The upstream's bytes; unused for a hit.</summary>
    public ReplayBuffer Body { get; } = new(bufferLimit, isPrivate);

    /// <summary>The model's answer; null where it did not end cleanly with text, or another model gave it in the place of the chosen one.</summary>
    public StoredAnswer? Answer { get; set; }

    /// <summary>The same as it went into the cache; null where it was not stored.</summary>
    public StoredAnswer? Stored { get; set; }

    /// <summary>USD of answers that were rejected on the way to this one.</summary>
    public decimal RejectedUsd { get; set; }

    /// <summary>What was set aside for the upstream call.</summary>
    public SpendPermit Permit { get; set; } = SpendPermit.Free;

    /// <summary>Cancelled when nobody waits any more, and when it is cut off.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Whether the silo leaves and waits for it no longer: whoever still reads is told.</summary>
    public bool IsCutOff { get; private set; }

    public void SetHead(RunHead head) => _head.TrySetResult(head);

    public void SetEnd(RunEnd end)
    {
        Body.Complete();
        _end.TrySetResult(end);
    }

    /// <summary>A reader of the whole answer; null where it has ended or been given up, or its beginning is gone.</summary>
    public ReplayReader? TryAttach()
    {
        lock (_lock)
        {
            if (_end.Task.IsCompleted || _isAbandoned || Body.TryOpen() is not { } reader)
                return null;
            _readers++;
            return reader;
        }
    }

    public void Detach(ReplayReader reader)
    {
        Body.Close(reader);
        lock (_lock)
        {
            _isAbandoned = --_readers == 0 && !_end.Task.IsCompleted;
            if (!_isAbandoned)
                return;
        }

        GiveUp();
    }

    /// <summary>Ends it whoever reads.</summary>
    public void CutOff()
    {
        IsCutOff = true;
        GiveUp();
    }

    public void Dispose() => _abandoned.Dispose();

    private void GiveUp()
    {
        try
        {
            _abandoned.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }
}

/// <summary>The beginning of an answer.</summary>
/// <param name="Lookup">What the cache said.</param>
/// <param name="Hit">The answer given from the cache; null where the upstream answers.</param>
/// <param name="Route">Where the request went; null for a hit.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Content type.</param>
/// <param name="Headers">Upstream headers to pass on.</param>
/// <param name="PromptTokensBefore">Prompt tokens as the caller sent them; counted here, so an estimate until the end.</param>
/// <param name="PromptTokensAfter">Prompt tokens as they were sent on; likewise.</param>
/// <param name="Refused">Whether the leader's budget forbade the call: that says nothing of others' budgets.</param>
internal sealed record RunHead(
    CacheLookup Lookup,
    StoredAnswer? Hit,
    RouteResult? Route,
    int Status,
    string ContentType,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    int PromptTokensBefore,
    int PromptTokensAfter,
    bool Refused = false);

/// <summary>The end of an answer.</summary>
/// <param name="Entry">The leader's ledger entry; null for a hit, whose readers are each their own.</param>
/// <param name="LostUsd">What tries that gave no answer may have cost on top; entries of their own.</param>
internal sealed record RunEnd(LedgerEntry? Entry, decimal LostUsd = 0);
