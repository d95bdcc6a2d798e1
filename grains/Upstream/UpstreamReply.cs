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

    /// <summary>A 200 with a body that can be no answer, such as a proxy's page; the provider may bill it.</summary>
    Malformed,

    /// <summary>Not asked, since it failed too often just now: nothing was sent, nothing is billed.</summary>
    Unavailable,

    /// <summary>The provider refuses the gateway's own key (401): nothing is billed, and the caller's key is not what is meant.</summary>
    KeyRefused,

    /// <summary>The provider refuses the gateway's account what was asked (403): nothing is billed, and the caller's rights are not what is meant.</summary>
    AccessRefused,
}

/// <summary>The head of a response and its body as it arrives. Dispose it to release the connection.</summary>
public sealed class UpstreamReply : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owner;

    public UpstreamReply(
        int status, IReadOnlyList<KeyValuePair<string, string>> headers, string? contentType, Stream body, IAsyncDisposable? owner = null)
    {
        Status = IsSuccess(status) ? 200 : status;
        Headers = headers;
        ContentType = contentType;
        Body = body;
        _owner = owner;
    }

    private UpstreamReply(UpstreamFailure failure, string message, IReadOnlyList<KeyValuePair<string, string>> headers)
        : this(failure switch { UpstreamFailure.TimedOut => 504, UpstreamFailure.Unavailable => 503, _ => 502 }, headers, null, Stream.Null)
    {
        Failure = failure;
        FailureMessage = message;
    }

    /// <summary>Whether an answer of this HTTP status is one, whatever its number, and no error.</summary>
    public static bool IsSuccess(int status) => status is >= 200 and < 300;

    /// <summary>
    /// HTTP status; 502, 503 or 504 where <see cref="Failure"/> is set. Every success is a 200: servers that answer a POST with 201, or a proxy's 203, bring the
    /// same answers and the same bills.
    /// </summary>
    public int Status { get; }

    /// <summary>Response headers worth passing on (<c>retry-after</c>, <c>x-ratelimit-*</c>, <c>openai-*</c> …); never a credential.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    public string? ContentType { get; }

    public Stream Body { get; }

    public UpstreamFailure Failure { get; }

    /// <summary>Whether it failed after the request went out, so that the provider may bill what nobody received.</summary>
    public bool FailedBilled => Failure is UpstreamFailure.TimedOut or UpstreamFailure.Broken or UpstreamFailure.Malformed;

    /// <summary>What went wrong, in words fit for the caller: no key, no internal address.</summary>
    public string? FailureMessage { get; }

    /// <summary>Name of the provider that gave it, where several serve the model; null: the one that was asked.</summary>
    public string? Provider { get; init; }

    public static UpstreamReply Failed(UpstreamFailure failure, string message, IReadOnlyList<KeyValuePair<string, string>>? headers = null) => new(failure, message, headers ?? []);

    /// <summary>The same with its body read already; takes this one over.</summary>
    public UpstreamReply WithBody(byte[] body) => new(Status, Headers, ContentType, new MemoryStream(body, writable: false), this) { Provider = Provider };

    /// <summary>The same as a provider's reply with other headers; takes this one over.</summary>
    public UpstreamReply From(string provider, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        Failure == UpstreamFailure.None
            ? new(Status, headers, ContentType, Body, this) { Provider = provider }
            : new(Failure, FailureMessage!, headers) { Provider = provider };

    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        if (_owner is not null)
            await _owner.DisposeAsync();
    }
}
