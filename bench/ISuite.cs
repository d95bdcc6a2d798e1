namespace OrleansLlm.Bench;

/// <summary>One group of figures, run as <c>dotnet run -c Release --project bench -- NAME [--data DIR]</c>.</summary>
internal interface ISuite
{
    string Name { get; }

    /// <summary>One line for the list of suites.</summary>
    string Summary { get; }

    /// <summary>Measures and reports; returns the process exit code.</summary>
    Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken);
}
