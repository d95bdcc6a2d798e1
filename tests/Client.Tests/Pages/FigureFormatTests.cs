namespace OrleansLlm.Client.Tests.Pages;

public sealed class FigureFormatTests
{
    [Theory]
    [InlineData(0, "$0.00")]
    [InlineData(12.3456, "$12.35")]
    [InlineData(0.0004567, "$0.000457")]
    [InlineData(-0.25, "-$0.250")]
    [InlineData(0.00000000012, "$0.00000000")]
    public void SmallUsd_AnyAmount_ShowsItsFirstDigits(double usd, string expected) => Assert.Equal(expected, FigureFormat.SmallUsd((decimal)usd));

    [Theory]
    // A layer that saved nothing: its step goes down by zero.
    [InlineData(0, 8, "0.0%")]
    [InlineData(0.0001, 8, "0.0%")]
    [InlineData(1, 8, "-12.5%")]
    [InlineData(1, 0, "–")]
    public void ShareOf_StepDown_HasASignOnlyWhereItIsSeen(double step, double whole, string expected) => Assert.Equal(expected, FigureFormat.ShareOf(-(decimal)step, (decimal)whole));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.0113, 0.02)]
    [InlineData(3.2, 4)]
    [InlineData(86, 100)]
    [InlineData(100, 100)]
    public void TopOf_AnyValue_IsRoundAndNotBelowIt(double most, double expected) => Assert.Equal(expected, ColumnSvg.TopOf(most), 12);
}
