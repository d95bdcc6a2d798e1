namespace OrleansLlm.Core.Compression;

/// <summary>Live units as the budget sees them: a rule and the exceptions to it that score no better are one, so that it is spent on both or on neither.</summary>
internal sealed class RuleGroups
{
    private readonly int[] _groups;

    /// <param name="scores">One a unit; exceptions have at least their rule's (<see cref="Antecedents.LendToExceptions"/>).</param>
    /// <param name="plan">Costs of the units, what each leans on, and which are exceptions.</param>
    public RuleGroups(double[] scores, CompressionPlan plan)
    {
        _groups = new int[scores.Length];
        List<double> best = [];
        List<int> costs = [], leansOn = [];
        for (var i = 0; i < scores.Length; i++)
        {
            if (i > 0 && plan.Exceptional[i] && scores[i] == scores[i - 1])
            {
                costs[^1] += plan.Costs[i];
            }
            else
            {
                best.Add(scores[i]);
                costs.Add(plan.Costs[i]);
                leansOn.Add(plan.LeansOn[i] < 0 ? -1 : _groups[plan.LeansOn[i]]);
            }

            _groups[i] = best.Count - 1;
        }

        (Scores, Costs, LeansOn) = ([.. best], [.. costs], [.. leansOn]);
    }

    /// <summary>One a group, as those of units.</summary>
    public double[] Scores { get; }

    public int[] Costs { get; }

    public int[] LeansOn { get; }

    /// <summary>Which units stay where <paramref name="chosen"/> groups do.</summary>
    public bool[] Units(bool[] chosen) => Array.ConvertAll(_groups, group => chosen[group]);
}
