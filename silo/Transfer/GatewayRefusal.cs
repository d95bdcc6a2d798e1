using System.Text.Json;

namespace OrleansLlm.Silo.Transfer;

/// <summary>A gateway's error in words.</summary>
internal static class GatewayRefusal
{
    /// <exception cref="HttpRequestException">The answer is an error; the message is the gateway's own.</exception>
    public static async Task ThrowIfAnyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        string? message = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            message = document.RootElement.GetProperty("error").GetProperty("message").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not ours: the status must do.
        }

        throw new HttpRequestException($"The gateway answered {(int)response.StatusCode}: {message ?? response.ReasonPhrase}");
    }
}
