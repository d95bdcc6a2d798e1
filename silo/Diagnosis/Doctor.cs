using OrleansLlm.Client.Configuration;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Runs the checks one after the other. A check that fails itself is a fault of its part, never the end of the examination.</summary>
internal static class Doctor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly ICheck[] s_checks =
        [new PortsCheck(), new MachineCheck(), new ModelsCheck(), new StoreCheck(), new ClusterTlsCheck(), new ProvidersCheck(), new RoutingCheck(), new AlertsCheck()];

    /// <summary>Everything found, in the order of the checks.</summary>
    /// <param name="readSetUp">Reads the set-up; may throw <see cref="ConfigurationException"/>.</param>
    /// <param name="cancellationToken">Ends the examination early.</param>
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(Func<SetUp> readSetUp, CancellationToken cancellationToken)
    {
        SetUp setUp;
        try
        {
            setUp = readSetUp();
        }
        catch (Exception e) when (e is ConfigurationException or InvalidDataException or FormatException)
        {
            return [new Finding(SettingsCheck.CheckName, Severity.Fault, e.Message, "Correct or remove that file.")];
        }

        var findings = new List<Finding>(SettingsCheck.Run(setUp));
        // Every further check reads settings; wrong ones would only be told again in worse words.
        if (findings.Exists(static f => f.Severity == Severity.Fault))
            return findings;
        foreach (var check in s_checks)
            findings.AddRange(await RunAsync(check, setUp, cancellationToken));
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> RunAsync(ICheck check, SetUp setUp, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await check.RunAsync(setUp, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [new Finding(check.Name, Severity.Fault, $"no answer within {Patience.TotalSeconds:0} seconds", "See that what it names is up and reachable from here.")];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return [new Finding(check.Name, Severity.Fault, $"the check itself failed: {e.GetType().Name}: {e.Message}")];
        }
    }
}
