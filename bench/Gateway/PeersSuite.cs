using OrleansLlm.Bench.Load;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Gateway;

/// <summary>
/// What a user would put there instead, in the same run: a plain .NET reverse proxy, and Portkey's gateway where <c>--portkey</c> names it. Every round
/// starts all of them anew: two starts of the same program differ by a quarter in what they pass on at c=32.
/// </summary>
internal sealed class PeersSuite : ISuite
{
    public string Name => "peers";

    public string Summary => "Pass-through beside YARP and Portkey (--portkey DIR), rounds taking turns, each from a start of its own";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        if (context.PortkeyDirectory is null)
            await Console.Error.WriteLineAsync("skipped: Portkey needs --portkey DIR, a folder in which 'npm i @portkey-ai/gateway' was run");
        var rounds = new PassThroughRounds();
        for (var round = 0; round < PassThroughRounds.Count; round++)
            await RunAsync(rounds, context, cancellationToken);
        rounds.Report(context, Name);
        return 0;
    }

    private static async Task RunAsync(PassThroughRounds rounds, SuiteContext context, CancellationToken cancellationToken)
    {
        await using var bed = await GatewayBed.StartAsync(context, cancellationToken);
        var body = WireRequest.Body("Which documents prove the address of a new customer?");
        var (yarp, yarpUrl) = await ChildProcess.StartPartAsync("yarp", bed.Upstream.Endpoint);
        await using var _ = yarp;
        List<(string Name, WireRequest Request, int ProcessId)> through =
            [("ours", bed.PassThrough(body), bed.Gateway.Id), ("yarp", WireRequest.Chat(yarpUrl + "/v1", body), yarp.Id)];
        if (context.PortkeyDirectory is not { } folder)
        {
            Measure();
            return;
        }

        var (portkey, portkeyUrl) = await PortkeyChild.StartAsync(folder, cancellationToken);
        await using var __ = portkey;
        through.Add(("portkey", WireRequest.Chat(
            portkeyUrl, body, "Authorization: Bearer none", "x-portkey-provider: openai", "x-portkey-custom-host: " + bed.Upstream.Endpoint), portkey.Id));
        Measure();

        void Measure()
        {
            PassThroughRounds.WarmUp(through);
            rounds.Add(bed.Direct(body), through);
        }
    }
}
