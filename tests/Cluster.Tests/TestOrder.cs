using OrleansLlm.Cluster.Tests;
using OrleansLlm.Cluster.Tests.Commands;
using OrleansLlm.Cluster.Tests.Hosting;
using OrleansLlm.Cluster.Tests.RateLimits;
using OrleansLlm.Cluster.Tests.Tenants;

[assembly: TestCollectionOrderer(typeof(TestOrder))]

namespace OrleansLlm.Cluster.Tests;

// The first and the third mostly wait: what stands between them uses the processors.
internal sealed class TestOrder() : LongestFirst(typeof(TwoSiloRateLimitTests), typeof(CacheTransferTests), typeof(LostSiloTests), typeof(TwoSiloKeyTests));
