namespace OrleansLlm.Grains.Upstream;

/// <summary>Why a call produced no HTTP response.</summary>
public enum UpstreamFailure
{
    None,

    /// <summary>DNS, connect or TLS failed: the request was never sent, so nothing was billed.</summary>
    Unreachable,

    /// <summary>No response head within the first-byte deadline; the provider may bill it.</summary>
    TimedOut,

    /// <summary>The connection broke after the request was sent; the provider may bill it.</summary>
    Broken,
}

/// <summary>The head of a response and its body as it arrives. Dispose it to release the connection.</summary>
public sealed class UpstreamReply : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owner;

    public UpstreamReply(
        int status, IReadOnlyList<KeyValuePair<string, string>> headers, string? contentType, Stream body, IAsyncDisposable? owner = null)
    {
        Status = status;
        Headers = headers;
        ContentType = contentType;
        Body = body;
        _owner = owner;
    }

    private UpstreamReply(UpstreamFailure failure, string message)
        : this(failure == UpstreamFailure.TimedOut ? 504 : 502, [], null, Stream.Null)
    {
        Failure = failure;
        FailureMessage = message;
    }

    /// <summary>HTTP status; 502 or 504 where <see cref="Failure"/> is set.</summary>
    public int Status { get; }

    /// <summary>Response headers worth passing on (<c>retry-after</c>, <c>x-ratelimit-*</c>, <c>openai-*</c> …); never a credential.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    public string? ContentType { get; }

    public Stream Body { get; }

    public UpstreamFailure Failure { get; }

    /// <summary>What went wrong, in words fit for the caller: no key, no internal address.</summary>
    public string? FailureMessage { get; }

    public static UpstreamReply Failed(UpstreamFailure failure, string message) => new(failure, message);

    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        if (_owner is not null)
            await _owner.DisposeAsync();
    }
}
