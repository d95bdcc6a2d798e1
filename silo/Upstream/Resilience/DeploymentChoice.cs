namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>
/// Shares calls out by weight: smooth weighted round robin (as in nginx), so that even a few calls are spread and no chance is involved.
/// </summary>
internal sealed class DeploymentChoice(IReadOnlyList<Deployment> deployments)
{
    private readonly Lock _lock = new();
    private readonly long[] _credit = new long[deployments.Count];

    /// <summary>The next ready deployment that was not <paramref name="tried"/>; those of weight 0 only where no other is left. Null: none.</summary>
    public Deployment? Next(IReadOnlyCollection<Deployment> tried)
    {
        var ready = new bool[deployments.Count];
        for (var i = 0; i < ready.Length; i++)
            ready[i] = deployments[i].Rest == TimeSpan.Zero && !tried.Contains(deployments[i]);
        lock (_lock)
        {
            var best = -1;
            long total = 0;
            for (var i = 0; i < ready.Length; i++)
            {
                if (!ready[i] || deployments[i].Weight == 0)
                    continue;
                total += deployments[i].Weight;
                _credit[i] += deployments[i].Weight;
                if (best < 0 || _credit[i] > _credit[best])
                    best = i;
            }

            if (best < 0)
            {
                best = Array.IndexOf(ready, true);
                return best < 0 ? null : deployments[best];
            }

            _credit[best] -= total;
            return deployments[best];
        }
    }
}
