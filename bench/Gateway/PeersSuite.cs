using OrleansLlm.Bench.Load;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Gateway;

/// <summary>What a user would put there instead, in the same run: a plain .NET reverse proxy, and Portkey's gateway where <c>--portkey</c> names it.</summary>
internal sealed class PeersSuite : ISuite
{
    public string Name => "peers";

    public string Summary => "Pass-through beside YARP and Portkey (--portkey DIR), rounds taking turns";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var bed = await GatewayBed.StartAsync(context, cancellationToken);
        var body = WireRequest.Body("Which documents prove the address of a new customer?");
        var (yarp, yarpUrl) = await ChildProcess.StartPartAsync("yarp", bed.Upstream.Endpoint);
        await using var _ = yarp;
        List<(string, WireRequest)> through = [("ours", bed.PassThrough(body)), ("yarp", WireRequest.Chat(yarpUrl + "/v1", body))];
        if (context.PortkeyDirectory is not { } folder)
        {
            Console.Error.WriteLine("skipped: Portkey needs --portkey DIR, a folder in which 'npm i @portkey-ai/gateway' was run");
            new PassThroughRounds(Name, bed.Direct(body), through).Run(context);
            return 0;
        }

        var (portkey, portkeyUrl) = await PortkeyChild.StartAsync(folder, cancellationToken);
        await using var __ = portkey;
        through.Add(("portkey", WireRequest.Chat(
            portkeyUrl, body, "Authorization: Bearer none", "x-portkey-provider: openai", "x-portkey-custom-host: " + bed.Upstream.Endpoint)));
        new PassThroughRounds(Name, bed.Direct(body), through).Run(context);
        return 0;
    }
}
