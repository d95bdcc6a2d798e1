using System.Globalization;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Compares this machine's clock with another's: leases, budgets and invalidation rules are told by it.</summary>
internal static class ClockSkew
{
    public const string CheckName = "clock";

    // A Date header is whole seconds and was written a moment before it came.
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(5);

    public static Finding Compare(DateTimeOffset here, DateTimeOffset there, string whose)
    {
        var skew = here - there;
        return skew.Duration() <= Allowed
            ? new Finding(CheckName, Severity.Ok, $"agrees with that of {whose}")
            : new Finding(
                CheckName, Severity.Fault,
                string.Create(CultureInfo.InvariantCulture, $"this machine's clock is {skew.Duration().TotalSeconds:0} seconds {(skew > TimeSpan.Zero ? "ahead of" : "behind")} that of {whose}"),
                "Switch on time synchronisation (timedatectl set-ntp true): windows of budgets, leases and times to live would be wrong.");
    }
}
