namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>Whether a program that is starting serves already.</summary>
internal static class Readiness
{
    public static async Task<bool> OfAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet.
            return false;
        }
    }
}
