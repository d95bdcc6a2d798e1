using OrleansLlm.Client.Wire;

namespace OrleansLlm.Client.Extensions.Transport;

/// <summary>Sends a call's controls and reads the gateway's figures: from the headers, and of a stream also from its closing comment.</summary>
internal sealed class SavingsHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = Exchange.Current;
        foreach (var (name, value) in exchange?.Controls ?? [])
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await base.SendAsync(request, cancellationToken);
        if (exchange is null)
            return response;
        exchange.RequestId = response.Headers.TryGetValues("x-request-id", out var ids) ? ids.FirstOrDefault() : null;
        exchange.Learn(response.Headers
            .Where(static h => h.Key.StartsWith(AnswerHeaders.Prefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(static h => h.Key, static h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase));
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            var content = new StreamContent(new ClosingCommentStream(await response.Content.ReadAsStreamAsync(cancellationToken), exchange));
            foreach (var (name, values) in response.Content.Headers)
                content.Headers.TryAddWithoutValidation(name, values);
            response.Content = content;
        }

        return response;
    }
}
