using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace OrleansLlm.Bench.Kernels;

/// <summary>BenchmarkDotNet over <see cref="HotKernels"/>; what they allocate is also held by tests.</summary>
internal sealed class KernelsSuite : ISuite
{
    public string Name => "kernels";

    public string Summary => "Nanoseconds and bytes of what every request or token goes through (BenchmarkDotNet)";

    public Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        var config = ManualConfig.CreateEmpty().AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)).AddLogger(NullLogger.Instance);
        foreach (var report in BenchmarkRunner.Run<HotKernels>(config).Reports)
        {
            if (report.ResultStatistics is not { } times)
                return Task.FromResult(1);
            var name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
            context.Report(Name, name, times.Median, "ns", times.N);
            context.Report(Name, name + ".allocated", report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0, "B", times.N);
        }

        return Task.FromResult(0);
    }
}
