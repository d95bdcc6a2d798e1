using System.Diagnostics;

namespace OrleansLlm.Client.Tests.Samples;

/// <summary>A sample application as a process of its own.</summary>
internal sealed class SampleApplication : IDisposable
{
    private readonly Process _process;

    private SampleApplication(Process process, string address)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public HttpClient Http { get; }

    public static async Task<SampleApplication> StartAsync(string assembly, GatewayProcess gateway)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, "--urls", "http://127.0.0.1:0", "--OrleansLlm:Endpoint=" + gateway.Url + "/v1"])
        {
            WorkingDirectory = Path.GetDirectoryName(assembly),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        const string Listening = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                return new SampleApplication(process, line[(at + Listening.Length)..].Trim());
        }

        throw new InvalidOperationException("The sample did not start: " + await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        Http.Dispose();
        _process.Kill();
        _process.Dispose();
    }
}
