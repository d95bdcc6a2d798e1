using OrleansLlm.Client.Tests;
using OrleansLlm.Client.Tests.EndToEnd;
using OrleansLlm.Client.Tests.Faults;
using OrleansLlm.Client.Tests.Samples;
using OrleansLlm.Client.Tests.Wire;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace OrleansLlm.Client.Tests;

/// <summary>Classes that take a minute or two, one test after the other, begin first: last, they keep all processors but one waiting.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] s_long =
    [
        typeof(StreamingTests), typeof(BudgetTests), typeof(UncacheableTests), typeof(KeysTests), typeof(ApplicationTests), typeof(FallbackTests), typeof(RouteLearningTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(static c => Array.Exists(s_long, t => c.TestCollectionDisplayName.Contains(t.FullName + " ", StringComparison.Ordinal)))];
}
