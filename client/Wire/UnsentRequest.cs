namespace OrleansLlm.Client.Wire;

/// <summary>A request of which the other side has not had a byte: nobody bills it, and it may be sent again.</summary>
internal static class UnsentRequest
{
    /// <summary>Whether there was no connection that the request could have gone by.</summary>
    public static bool Is(HttpRequestException failure) => failure.HttpRequestError
        is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}
