using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting;

public sealed class LoopbackPortTests
{
    // A port is chosen some time before it is listened on, and nobody else may choose it in between.
    [Fact]
    public void Before_ProcessesStartedTogether_EachHasPortsOfItsOwn() =>
        Gen.Int[1, 4_194_304].Sample(first =>
        {
            var begins = Enumerable.Range(first, 1500).Select(LoopbackPort.Before).Order().ToList();
            Assert.All(begins.Zip(begins.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 8, $"{pair} of {first}"));
        }, iter: 100);

    [Fact]
    public void Free_Twice_GivesEachPortOnce() => Assert.NotEqual(LoopbackPort.Free(), LoopbackPort.Free());
}
