using Xunit.Sdk;
using Xunit.v3;

namespace OrleansLlm.Cluster.Tests;

/// <summary>Classes that take a minute or two, one test after the other, begin first: last, they keep all processors but one waiting.</summary>
internal abstract class LongestFirst(params Type[] longest) : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => Array.FindIndex(longest, t => c.TestCollectionDisplayName.Contains(t.FullName + " ", StringComparison.Ordinal)) is >= 0 and var place ? place : longest.Length)];
}
