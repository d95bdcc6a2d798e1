using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Tests.Calibration;

public sealed class LogisticRegressionTests
{
    [Fact]
    public void Fit_TwoByTwoTable_FindsTheLogOdds()
    {
        // One binary feature, hardly any penalty: x=0 has 1 of 4 true, x=1 has 3 of 4. By hand: bias = ln(1/3), weight = ln 3 - ln(1/3) = 2 ln 3.
        double[] rows = [0, 0, 0, 0, 1, 1, 1, 1];
        bool[] labels = [true, false, false, false, true, true, true, false];
        var fit = LogisticRegression.Fit(rows, 1, labels, [], 1e-9);
        Assert.Equal(-Math.Log(3), fit.Bias, 6);
        Assert.Equal(2 * Math.Log(3), fit.Weights[0], 6);
    }

    [Fact]
    public void Fit_RowWeights_EqualRepeatedRows()
    {
        double[] rows = [0.5, 1.5, -1, 2];
        bool[] labels = [true, false, true, false];
        var weighted = LogisticRegression.Fit(rows, 1, labels, [2, 1, 1, 3], 0.1);
        double[] repeatedRows = [0.5, 0.5, 1.5, -1, 2, 2, 2];
        bool[] repeatedLabels = [true, true, false, true, false, false, false];
        var repeated = LogisticRegression.Fit(repeatedRows, 1, repeatedLabels, [], 0.1);
        Assert.Equal(repeated.Bias, weighted.Bias, 6);
        Assert.Equal(repeated.Weights[0], weighted.Weights[0], 6);
    }

    [Fact]
    public void Fit_Penalty_BalancesTheDataAtTheOptimum()
    {
        // Separable data: without the penalty the weight would run off. At the optimum l2 * w = sum (y - p) x.
        double[] rows = [-1, -2, 1, 2];
        bool[] labels = [false, false, true, true];
        const double l2 = 0.5;
        var fit = LogisticRegression.Fit(rows, 1, labels, [], l2);
        var pull = rows.Zip(labels, (x, y) => ((y ? 1 : 0) - (1 / (1 + Math.Exp(-(fit.Bias + (fit.Weights[0] * x)))))) * x).Sum();
        Assert.Equal(l2 * fit.Weights[0], pull, 5);
        Assert.Equal(0, fit.Bias, 5);
    }

    [Fact]
    public void Fit_ConstantFeature_StaysFinite()
    {
        double[] rows = [1, 0.2, 1, -0.4, 1, 0.9, 1, -1.1];
        bool[] labels = [true, false, false, false];
        var fit = LogisticRegression.Fit(rows, 2, labels, [], 1e-6);
        Assert.All(fit.Weights, w => Assert.True(double.IsFinite(w)));
        Assert.True(double.IsFinite(fit.Bias));
    }

    [Fact]
    public void Fit_RandomData_GradientVanishes()
    {
        Gen.Select(Gen.Double[-3, 3], Gen.Double[-3, 3], Gen.Bool).Array[8, 60].Where(r => r.Select(x => x.Item3).Distinct().Count() == 2)
            .Sample(data =>
            {
                var rows = data.SelectMany(d => new[] { d.Item1, d.Item2 }).ToArray();
                var labels = data.Select(d => d.Item3).ToArray();
                var fit = LogisticRegression.Fit(rows, 2, labels, [], 0.3);
                double biasPull = 0, firstPull = 0;
                for (var i = 0; i < labels.Length; i++)
                {
                    var z = fit.Bias + (fit.Weights[0] * rows[2 * i]) + (fit.Weights[1] * rows[(2 * i) + 1]);
                    var error = (1 / (1 + Math.Exp(-z))) - (labels[i] ? 1 : 0);
                    biasPull += error;
                    firstPull += error * rows[2 * i];
                }

                Assert.True(Math.Abs(biasPull) < 1e-3);
                Assert.True(Math.Abs(firstPull + (0.3 * fit.Weights[0])) < 1e-3);
            });
    }

    [Fact]
    public void Fit_OneLabelOnly_IsRefused() =>
        Assert.Throws<ArgumentException>(() => LogisticRegression.Fit([1, 2], 1, [true, true], [], 0.1));

    [Fact]
    public void Fit_LengthsDisagree_IsRefused() =>
        Assert.Throws<ArgumentException>(() => LogisticRegression.Fit([1, 2, 3], 2, [true, false], [], 0.1));
}
