namespace OrleansLlm.Bench.Compression;

/// <summary>Coordinate ascent (Metzler and Croft 2007): the objective counts what survives and has no gradient.</summary>
internal static class MixtureFitter
{
    private const double FirstStep = .64;
    private const double LastStep = .02;
    // What the held-out records may lose for one feature less.
    private const double HeldOutLoss = .0003;

    // What a unit of weight must bring: keeps weights that fit chance from growing.
    private const double Penalty = .001;

    private const double SmallestGain = 1e-5;

    /// <summary>Improves <paramref name="weights"/> one at a time; those not in <paramref name="free"/> stay.</summary>
    public static double Climb(MixtureObjective objective, double[] weights, IReadOnlyList<int> free)
    {
        var best = objective.Set(weights);
        for (var step = FirstStep; step >= LastStep;)
        {
            var improved = false;
            foreach (var feature in free)
            {
                foreach (var change in new[] { step, -step })
                {
                    var value = objective.Evaluate(feature, change) - Penalty * (Math.Abs(weights[feature] + change) - Math.Abs(weights[feature]));
                    if (value <= best + SmallestGain)
                        continue;
                    weights[feature] = Math.Round(weights[feature] + change, 4);
                    best = objective.Set(weights);
                    improved = true;
                    break;
                }
            }

            if (!improved)
                step /= 2;
        }

        return best;
    }

    /// <summary>
    /// Leaves out, one after the other, every feature without which the mixture does as well on the held-out records after the rest
    /// was fitted again.
    /// </summary>
    public static double[] Prune(MixtureObjective fit, MixtureObjective heldOut, double[] weights, IReadOnlyList<int> free)
    {
        var current = heldOut.Set(weights);
        var kept = free.ToList();
        foreach (var feature in free.OrderBy(f => Math.Abs(weights[f])).ToList())
        {
            double[] without = [.. weights];
            without[feature] = 0;
            var rest = kept.Where(f => f != feature).ToList();
            Climb(fit, without, rest);
            var value = heldOut.Set(without);
            if (value < current - HeldOutLoss)
                continue;
            (weights, current, kept) = (without, value, rest);
        }

        return weights;
    }
}
