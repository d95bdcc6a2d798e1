namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>A machine of its own as far as the network goes: a network namespace. See <see cref="TestNetwork"/>.</summary>
/// <param name="Name">The namespace's.</param>
/// <param name="Address">Its only address but loopback's.</param>
internal sealed record TestMachine(string Name, string Address)
{
    /// <summary>What a command there begins with.</summary>
    public string[] Enter => ["ip", "netns", "exec", Name];
}
