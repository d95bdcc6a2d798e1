using OrleansLlm.Client.Tests.EndToEnd;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Client.Tests.Pages;

/// <summary>A gateway that has served many tenants, some with long names, for a month; one of them has asked nothing.</summary>
public sealed class HistoryFixture : PagesFixture
{
    public const string LongTenant = "department-of-international-correspondent-banking-and-trade-finance-emea";
    public const string Idle = "idle";
    public const string IdleKey = "idle-key-0000000000000000";

    private const int Days = 30;
    private const int MoreTenants = 32;

    private static readonly string[] Models = ["gpt-4o", "gpt-4o-mini", "auto", "o3", "anthropic/claude-sonnet-4-5-20250929-with-a-rather-long-deployment-name"];

    private protected override Dictionary<string, string?> Settings()
    {
        var settings = base.Settings();
        foreach (var name in More().Append(LongTenant))
            settings[$"OrleansLlm:Tenants:{name}:KeyHashes:0"] = GatewayFixture.HashOf("key-of-" + name);
        settings[$"OrleansLlm:Tenants:{Idle}:KeyHashes:0"] = GatewayFixture.HashOf(IdleKey);
        settings["OrleansLlm:Ledger:KeepQuestions"] = "true";
        return settings;
    }

    private protected override async Task PrepareAsync()
    {
        // Always the same figures.
        var random = new Random(9);
        var writer = Gateway.Services.GetRequiredService<LedgerWriter>();
        var now = TimeProvider.System.GetUtcNow();
        var number = 0;
        foreach (var tenant in More().Append(LongTenant).Append("acme").Append("globex"))
        {
            var volume = tenant is "acme" or LongTenant ? 12 : 2;
            for (var day = 0; day < Days; day++)
            {
                for (var i = 0; i < volume; i++)
                    writer.Record(Entry(tenant, now.AddDays(-day).AddMinutes(-random.Next(600)), number++, random));
            }
        }

        await writer.FlushAsync();
        var risk = Gateway.Services.GetRequiredService<IClusterClient>().GetGrain<IRiskGrain>("acme");
        foreach (var verdict in Enumerable.Repeat(AnswerVerdict.Equivalent, 400).Append(AnswerVerdict.Different))
            await risk.AddComparisonAsync(new RiskComparison { Verdict = verdict, Score = 0.97, ServedFrom = 0.9, HitShare = 1, MissShare = 1 });
        await SampleTraffic.SendAsync(Gateway);
    }

    private static IEnumerable<string> More() => Enumerable.Range(1, MoreTenants).Select(static i => $"team-{i:00}");

    private static LedgerEntry Entry(string tenant, DateTimeOffset at, int number, Random random)
    {
        var requested = Models[random.Next(Models.Length)];
        var hit = random.NextDouble() < 0.45;
        var routed = !hit && requested is "auto" && random.NextDouble() < 0.6;
        var before = random.Next(80, 6000);
        var after = hit ? 0 : random.NextDouble() < 0.5 ? (int)(before * 0.7) : before;
        var baseline = before * 0.0000025m;
        var compressed = after * 0.0000025m;
        var cost = hit ? 0 : routed ? after * 0.00000015m : compressed;
        var question = random.Next(40);
        return new LedgerEntry
        {
            RequestId = $"req_{number:D32}",
            TenantId = tenant,
            At = at,
            RequestedModel = requested,
            BaselineModel = requested is "auto" ? "gpt-4o" : requested,
            UsedModel = routed ? "gpt-4o-mini" : requested is "auto" ? "gpt-4o" : requested,
            QuestionHash = $"{(ulong)(question + 1) * 0x9E3779B97F4A7C15:x16}",
            Question = question == 7
                ? "Which documents does a correspondent bank in a jurisdiction under increased monitoring have to hand in before the annual review of its vostro account, and who countersigns them?"
                : $"Which form does case {question} take?",
            HitKind = !hit ? HitKind.Miss : random.NextDouble() < 0.7 ? HitKind.Exact : HitKind.Semantic,
            PromptTokensBefore = before,
            Usage = new TokenUsage(after, hit ? 0 : 120),
            CompletionTokensServed = 120,
            CostUsd = cost,
            BaselineUsd = baseline,
            Saved = hit ? new SavingsBreakdown(baseline, 0, 0) : new SavingsBreakdown(0, routed ? compressed - cost : 0, baseline - compressed),
            CacheScore = hit ? 1 : random.NextDouble(),
            Times = new LayerTimes(0.4 + random.NextDouble(), 0.2, hit ? 0 : 1 + (9 * random.NextDouble()), hit ? 0 : 700, hit ? 2 : 710),
        };
    }
}
