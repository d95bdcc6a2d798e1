using System.Diagnostics;
using System.Globalization;

namespace OrleansLlm.Cluster.Tests;

/// <summary>Signals that .NET does not send.</summary>
internal static class ProcessSignal
{
    public static void Send(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
