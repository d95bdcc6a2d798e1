using Microsoft.Extensions.Options;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="ICacheBudgetGrain"/>
internal sealed class CacheBudgetGrain(TenantDirectory tenants, IOptions<CacheOptions> options, TimeProvider time) : Grain, ICacheBudgetGrain
{
    private ByteBudget _budget = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _budget = new ByteBudget(tenants.FindPolicy(this.GetPrimaryKeyString())?.CacheBytes ?? options.Value.TenantBytes, CacheShardGrain.LongestSilence * 2);
        return Task.CompletedTask;
    }

    public ValueTask<long> ReportAsync(string shard, ShardWeight[] slices) =>
        new(_budget.Report(shard, [.. slices.Select(static s => new WorthSlice(s.Bytes, s.Worth))], time.GetUtcNow()));
}
