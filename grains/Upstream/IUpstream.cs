namespace OrleansLlm.Grains.Upstream;

/// <summary>One configured provider. Bodies pass through as bytes; nothing here knows about caching, routing or money.</summary>
public interface IUpstream
{
    /// <summary>The provider's name in the configuration.</summary>
    string Name { get; }

    /// <summary>
    /// Sends <paramref name="request"/> and returns as soon as the response head is there.
    /// An HTTP error is a reply like any other; only a call that produced no response has <see cref="UpstreamReply.Failure"/> set.
    /// </summary>
    ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken);
}
