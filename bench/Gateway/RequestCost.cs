using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>What a request takes from the gateway's whole process: processor time of one as it runs, bytes of one that counts them finely.</summary>
internal static class RequestCost
{
    public static async Task ReportAsync(
        SuiteContext context, string suite, string metric, GatewayBed running, GatewayBed counting, Func<GatewayBed, int, WireRequest> request, int count)
    {
        var (_, cpu) = await running.CostAsync(i => request(running, i), count);
        var (bytes, _) = await counting.CostAsync(i => request(counting, i), count);
        context.Report(suite, metric + "allocated", bytes, "B", count);
        context.Report(suite, metric + "cpu", cpu, "ms", count);
    }
}
