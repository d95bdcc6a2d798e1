using System.Reflection;
using OrleansLlm.Cluster.Tests.Documentation;

namespace OrleansLlm.Cluster.Tests.Contracts;

/// <summary>
/// During an upgrade two versions talk to each other. <c>contracts.golden</c> holds what they agreed on: lines are added to it (set
/// <c>ORLEANSLLM_UPDATE_CONTRACTS=1</c>), and never taken away or changed.
/// </summary>
public sealed class WireContractTests
{
    private const string Update = "ORLEANSLLM_UPDATE_CONTRACTS";

    private static readonly string s_golden = Path.Combine(Repository.Root, "tests", "Cluster.Tests", "Contracts", "contracts.golden");

    internal static Assembly[] Shipped { get; } = [typeof(Core.Deadline).Assembly, typeof(Grains.Abstractions.Gateway.IGatewayGrain).Assembly, typeof(Grains.GatewayServices).Assembly];

    internal static bool MayAdd => Environment.GetEnvironmentVariable(Update) is not null;

    [Fact]
    public void Contracts_AgainstThoseAgreed_AreOnlyAddedTo()
    {
        var problems = new List<string>();
        var now = WireContracts.Read(Shipped, problems);
        Assert.Empty(problems);
        string[] agreed = File.Exists(s_golden) ? File.ReadAllLines(s_golden) : [];
        var (broken, added) = WireContracts.Compare(agreed, now);

        Assert.True(broken.Count == 0, "Removed, renumbered or retyped. Give it a new [Id] or a new alias, and leave the old in place:\n" + string.Join('\n', broken));
        if (MayAdd)
            File.WriteAllLines(s_golden, agreed.Concat(added).Order(StringComparer.Ordinal));
        else
            Assert.True(added.Count == 0, $"New: record it with {Update}=1.\n" + string.Join('\n', added));
    }

    [Fact]
    public void Compare_RemovedRenumberedRetyped_AreBroken()
    {
        string[] agreed = ["record a 0 int", "record a 1 string", "grain g ask(string) Task", "enum E 1 Two"];
        AssertDiffers(agreed, [agreed[0], agreed[2], agreed[3]], broken: "record a 1 string", added: null);
        AssertDiffers(agreed, [agreed[0], "record a 2 string", agreed[2], agreed[3]], broken: "record a 1 string", added: "record a 2 string");
        AssertDiffers(agreed, ["record a 0 long", agreed[1], agreed[2], agreed[3]], broken: "record a 0 int", added: "record a 0 long");
        AssertDiffers(agreed, [agreed[0], agreed[1], agreed[2], "enum E 2 Two"], broken: "enum E 1 Two", added: "enum E 2 Two");
        AssertDiffers(agreed, [.. agreed, "record a 2 bool"], broken: null, added: "record a 2 bool");
    }

    private static void AssertDiffers(string[] agreed, string[] now, string? broken, string? added)
    {
        var difference = WireContracts.Compare(agreed, now);
        Assert.Equal(broken, difference.Broken.SingleOrDefault());
        Assert.Equal(added, difference.Added.SingleOrDefault());
    }

    [Fact]
    public void Read_RecordWithoutAlias_IsNamed()
    {
        var problems = new List<string>();
        WireContracts.Read([typeof(WireContractTests).Assembly], problems);
        Assert.Contains($"{nameof(RecordWithoutAlias)} has no [Alias]: renaming it would break the wire.", problems);
    }
}
