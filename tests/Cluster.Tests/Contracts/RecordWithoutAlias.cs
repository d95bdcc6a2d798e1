namespace OrleansLlm.Cluster.Tests.Contracts;

/// <summary>What the analyzer must not let pass.</summary>
[GenerateSerializer]
internal sealed class RecordWithoutAlias
{
    [Id(0)]
    public int Sent { get; set; }
}
