using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class MissCostTests
{
    [Fact]
    public void Threshold_ReferenceDeployment_IsEighty() => Assert.Equal(0.80, MissCost.Threshold(0.93, 4.65), 12);

    [Theory]
    [InlineData(0.93, 0.93, 0)]
    [InlineData(0.93, 0.5, 0)]
    [InlineData(0, 2, 1)]
    [InlineData(0.93, 93, 0.99)]
    public void Threshold_Costs_SetIt(double saving, double missCost, double expected) => Assert.Equal(expected, MissCost.Threshold(saving, missCost), 12);

    [Fact]
    public void Saving_OfPrices_IsAShareOfTheDearer()
    {
        var cheap = new ModelPrice { Model = "small", Input = 0.7m, Output = 0.7m };
        var strong = new ModelPrice { Model = "large", Input = 10m, Output = 10m };
        Assert.Equal(0.93, MissCost.Saving(cheap, strong), 12);
        Assert.True(MissCost.Saving(strong, cheap) < 0);
    }
}
