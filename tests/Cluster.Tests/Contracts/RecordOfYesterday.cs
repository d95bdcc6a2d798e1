namespace OrleansLlm.Cluster.Tests.Contracts;

/// <summary>A record as an earlier version knows it.</summary>
[GenerateSerializer, Alias("orleansllm.test.yesterday.v1")]
internal sealed class RecordOfYesterday
{
    [Id(0)]
    public string Question { get; set; } = "";

    [Id(2)]
    public int[] Scores { get; set; } = [];
}

/// <summary>The same a version later: with fields that the earlier one does not know, between and after its own.</summary>
[GenerateSerializer, Alias("orleansllm.test.today.v1")]
internal sealed class RecordOfToday
{
    [Id(0)]
    public string Question { get; set; } = "";

    [Id(1)]
    public RecordOfYesterday? Nested { get; set; }

    [Id(2)]
    public int[] Scores { get; set; } = [];

    [Id(3)]
    public decimal? Price { get; set; }
}
