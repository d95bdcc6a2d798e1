using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>A gateway whose layers are off, in front of an upstream that costs nothing: what merely standing between costs.</summary>
internal sealed class GatewaySuite : ISuite
{
    private const int CostSamples = 3000;

    public string Name => "gateway";

    public string Summary => "Pass-through: latency added at 200/s, answers a second at c=32, bytes allocated and CPU per request";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        await using var bed = await GatewayBed.StartAsync(context, cancellationToken);
        var body = WireRequest.Body("Which documents prove the address of a new customer?");
        (string, WireRequest, int)[] through = [("pass-through", bed.PassThrough(body), bed.Gateway.Id)];
        var rounds = new PassThroughRounds();
        PassThroughRounds.WarmUp(through);
        for (var round = 0; round < PassThroughRounds.Count; round++)
            rounds.Add(bed.Direct(body), through);
        rounds.Report(context, Name);
        await using var counting = await GatewayBed.StartAsync(context, cancellationToken, GatewayBed.FineCounting);
        await RequestCost.ReportAsync(context, Name, "pass-through.", bed, counting, (b, _) => b.PassThrough(body), CostSamples);
        return 0;
    }
}
