using System.Text.Json;

namespace OrleansLlm.Silo.Transfer;

/// <summary>A gateway's answer, told from the page of a proxy or of another program: that is no word that anything was done.</summary>
internal static class GatewayAnswer
{
    /// <summary>The answer as it came.</summary>
    /// <param name="response">What answered.</param>
    /// <param name="kind">Its <c>object</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HttpRequestException">It is an error; the message is the gateway's own.</exception>
    /// <exception cref="JsonException">It is none of <paramref name="kind"/>; likewise the exceptions of a document in another form.</exception>
    public static async Task<string> ReadAsync(HttpResponseMessage response, string kind, CancellationToken cancellationToken)
    {
        await GatewayRefusal.ThrowIfAnyAsync(response, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("object").GetString() == kind ? answer : throw new JsonException($"The answer is no {kind}.");
    }
}
