using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansLlm.Cluster.Tests.Documentation;

namespace OrleansLlm.Cluster.Tests.Contracts;

/// <summary>
/// Bytes of earlier versions are read. <c>records.golden</c> holds one record of every kind as it was when that kind was first released:
/// alias, the ids it had, bytes. New kinds are added (<c>ORLEANSLLM_UPDATE_CONTRACTS=1</c>); what stands there never changes.
/// </summary>
public sealed class StoredRecordTests : IDisposable
{
    private static readonly string s_golden = Path.Combine(Repository.Root, "tests", "Cluster.Tests", "Contracts", "records.golden");

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Deserialize_RecordsOfEarlierVersions_HoldWhatTheyHeld()
    {
        var serializer = _services.GetRequiredService<Serializer>();
        var golden = File.Exists(s_golden) ? File.ReadAllLines(s_golden).Select(static l => l.Split(' ')).ToDictionary(static l => l[0], StringComparer.Ordinal) : [];
        var added = new List<string>();
        foreach (var type in WireContracts.Records(WireContractTests.Shipped))
        {
            var alias = type.GetCustomAttribute<AliasAttribute>()!.Alias;
            var sample = SampleRecords.Make(type);
            if (!golden.TryGetValue(alias, out var stored))
            {
                var ids = string.Join(',', WireContracts.Members(type).Select(static m => m.Id).Order());
                added.Add(string.Create(CultureInfo.InvariantCulture, $"{alias} {ids} {Convert.ToBase64String(serializer.SerializeToArray<object>(sample))}"));
                continue;
            }

            var read = serializer.Deserialize<object>(Convert.FromBase64String(stored[2]))!;
            Assert.IsType(type, read);
            foreach (var (id, member, _) in WireContracts.Members(type).Where(m => IsKnown(type, m.Id)))
                Assert.Equal($"{alias} {id} {SampleRecords.Describe(SampleRecords.Get(sample, member), IsKnown)}", $"{alias} {id} {SampleRecords.Describe(SampleRecords.Get(read, member), IsKnown)}");
        }

        if (WireContractTests.MayAdd)
            File.WriteAllLines(s_golden, golden.Values.Select(static l => string.Join(' ', l)).Concat(added).Order(StringComparer.Ordinal));
        else
            Assert.True(added.Count == 0, "New records: keep their bytes with ORLEANSLLM_UPDATE_CONTRACTS=1.\n" + string.Join('\n', added));

        // A record within another gains members as well.
        bool IsKnown(Type type, uint id) =>
            type.GetCustomAttribute<AliasAttribute>()?.Alias is not { } name || !golden.TryGetValue(name, out var kept) || kept[1].Split(',').Contains(id.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Deserialize_FieldsOfALaterVersion_AreSkipped()
    {
        var today = new RecordOfToday { Question = "why?", Nested = new RecordOfYesterday { Question = "inner", Scores = [7] }, Scores = [1, 2], Price = 1.5m };

        var bytes = _services.GetRequiredService<Serializer<RecordOfToday>>().SerializeToArray(today);
        var yesterday = _services.GetRequiredService<Serializer<RecordOfYesterday>>().Deserialize(bytes)!;

        Assert.Equal("why?", yesterday.Question);
        Assert.Equal([1, 2], yesterday.Scores);
    }

    [Fact]
    public void Deserialize_FieldsThatAnEarlierVersionLacks_HaveTheirDefaults()
    {
        var bytes = _services.GetRequiredService<Serializer<RecordOfYesterday>>().SerializeToArray(new RecordOfYesterday { Question = "why?", Scores = [3] });
        var today = _services.GetRequiredService<Serializer<RecordOfToday>>().Deserialize(bytes)!;

        Assert.Equal("why?", today.Question);
        Assert.Equal([3], today.Scores);
        Assert.Null(today.Nested);
        Assert.Null(today.Price);
    }
}
