namespace OrleansLlm.Grains.Placement;

/// <summary>What a silo's view of its cluster says of it.</summary>
internal static class SiloStatuses
{
    /// <summary>
    /// Whether a grain is deactivated because the last silo stops: a call to another that is no longer active fails then, after three attempts that Orleans
    /// logs with their stacks.
    /// </summary>
    /// <param name="silos">The silo's view.</param>
    /// <param name="reason">Why the grain is deactivated.</param>
    public static bool AreEnding(this ISiloStatusOracle silos, DeactivationReason reason) =>
        reason.ReasonCode == DeactivationReasonCode.ShuttingDown && silos.GetApproximateSiloStatuses(onlyActive: true).Keys.All(s => s.Equals(silos.SiloAddress));
}
