using OrleansLlm.Client.Tests;
using OrleansLlm.Client.Tests.EndToEnd;
using OrleansLlm.Client.Tests.Faults;
using OrleansLlm.Client.Tests.Samples;
using OrleansLlm.Client.Tests.Wire;
using OrleansLlm.Cluster.Tests;

[assembly: TestCollectionOrderer(typeof(TestOrder))]

namespace OrleansLlm.Client.Tests;

internal sealed class TestOrder() : LongestFirst(
    typeof(StreamingTests), typeof(BudgetTests), typeof(UncacheableTests), typeof(KeysTests), typeof(ApplicationTests), typeof(FallbackTests), typeof(RouteLearningTests));
