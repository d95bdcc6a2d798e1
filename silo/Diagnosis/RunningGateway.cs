using System.Text.Json;
using OrleansLlm.Client.Endpoints;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Tells a gateway that listens at an address from whatever else may.</summary>
internal static class RunningGateway
{
    private const int LargestAnswer = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether its health check answers as ours does, well or not.</summary>
    public static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        using var http = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
        try
        {
            using var response = await http.GetAsync(new Uri(address, "/health/live"), cancellationToken);
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("object", out var kind)
                && kind.ValueKind == JsonValueKind.String && kind.ValueEquals(HealthDocument.Kind);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
