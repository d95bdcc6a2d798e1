namespace OrleansLlm.Bench.Page;

/// <summary>Makes <c>docs/performance.md</c> of what the other suites printed.</summary>
internal sealed class PageSuite : ISuite
{
    public string Name => "page";

    public string Summary => "The page docs/performance.md from a file of the other suites' lines (--results FILE)";

    public Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        if (context.ResultsFile is not { } file)
        {
            Console.Error.WriteLine("page needs --results FILE, what the other suites printed");
            return Task.FromResult(2);
        }

        context.Write(PerformancePage.Write(Figures.Read(file), Machine.Describe(), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)));
        return Task.FromResult(0);
    }
}
