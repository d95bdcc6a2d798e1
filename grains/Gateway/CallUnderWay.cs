using OrleansLlm.Core;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <summary>One call of <see cref="UpstreamCall"/>: what led to it, and what it has come to.</summary>
internal sealed record CallUnderWay(
    QueryRun Run, CacheLookup Lookup, RouteResult Route, CompressionOutcome Compression, byte[]? Embedding, long StartedAt, DateTimeOffset BeganAt,
    GenAiCall GenAi)
{
    /// <summary>Whether its prompt is sent shortened.</summary>
    public bool IsCompressed => Run.Query.Policy.Compression == LayerMode.On && Compression.IsCompressed;

    /// <summary>Prompt tokens that are not sent.</summary>
    public int TokensRemoved => IsCompressed ? Compression.TokensRemoved : 0;

    /// <summary>See <see cref="StoredAnswer.RulesSeen"/>.</summary>
    public long? RulesSeen { get; init; }

    private Task<int>? _counting;

    /// <summary>What compression made of the prompt for the model that answered.</summary>
    public CompressionOutcome Compression { get; set; } = Compression;

    /// <summary>The route with the model that answered.</summary>
    public RouteResult Route { get; set; } = Route;

    public string? Provider { get; set; }

    /// <summary>Tries that gave no answer, those of a cheaper model that was asked first included.</summary>
    public required List<UpstreamAttempt> Lost { get; init; }

    /// <summary>How far its present try has come.</summary>
    public UpstreamProgress Progress { get; } = new();

    /// <summary>Counts the prompt off the grain's turn: an answer that tells its usage makes it needless.</summary>
    public void BeginCount()
    {
        var (model, chat) = (Route.Model, Run.Query.Chat);
        _counting ??= Task.Run(() => PromptTokens.Count(ModelTokenizer.ForModel(model), chat));
    }

    /// <summary>Prompt tokens as the caller sent them.</summary>
    public Task<int> CountAsync()
    {
        BeginCount();
        return _counting!;
    }

    /// <summary>Prompt tokens as they were sent on.</summary>
    public async ValueTask<int> CountSentAsync() => Math.Max(0, await CountAsync() - TokensRemoved);

    /// <summary>Tokens of the answer's text, off the grain's turn as well.</summary>
    public async ValueTask<int> CountAsync(string text)
    {
        var model = Route.Model;
        return text.Length == 0 ? 0 : await Task.Run(() => ModelTokenizer.ForModel(model).Count(text));
    }
}
