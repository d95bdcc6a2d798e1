namespace OrleansLlm.Core.RateLimits;

/// <summary>
/// Lets so many in at once and has others wait, fairly: a place that becomes free goes to the tenant with the fewest inside (max-min fairness), and
/// where no more may wait, the tenant with the most waiting loses its latest. So one tenant's flood fills its own queue and nobody else's. Those inside may
/// stay for minutes: none has more places than four times those that it leaves free (the threshold of <see cref="FairBuffer"/>), alone four fifths, so that
/// there is one for whoever comes next. Safe for concurrent use.
/// </summary>
/// <param name="most">How many may be inside at once.</param>
/// <param name="mostWaiting">How many may wait.</param>
/// <param name="isShared">Whether others than one tenant may come: one that is the only one there is may have all places.</param>
public sealed class FairGate(int most, int mostWaiting, bool isShared)
{
    private const int MostForEachFree = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private long _turn;

    /// <summary>Inside now.</summary>
    public int Inside { get; private set; }

    /// <summary>Waiting now.</summary>
    public int Waiting { get; private set; }

    /// <summary>One more of a tenant comes. Its place must be left (<see cref="Leave"/>), whatever became of it.</summary>
    public Place Enter(string tenantId)
    {
        lock (_lock)
        {
            if (!_tenants.TryGetValue(tenantId, out var tenant))
                _tenants[tenantId] = tenant = new Tenant(tenantId);
            var place = new Place(tenant);
            if (HasPlace(tenant))
            {
                LetIn(place);
            }
            else if (Waiting < mostWaiting || MakeRoom(tenant))
            {
                place.Node = tenant.Waiting.AddLast(place);
                Waiting++;
            }
            else
            {
                place.Decide(false);
                Forget(tenant);
            }

            return place;
        }
    }

    /// <summary>Ends its wait; changes nothing where it has been let in meanwhile.</summary>
    public void GiveUp(Place place)
    {
        ArgumentNullException.ThrowIfNull(place);
        lock (_lock)
        {
            if (place.Node is not null)
                TurnAway(place);
        }
    }

    /// <summary>Ends its stay, or its wait.</summary>
    public void Leave(Place place)
    {
        ArgumentNullException.ThrowIfNull(place);
        lock (_lock)
        {
            if (place.Node is not null)
            {
                TurnAway(place);
                return;
            }

            if (!place.IsInside)
                return;
            place.IsInside = false;
            Inside--;
            place.Tenant.Inside--;
            while (Next() is { } next)
            {
                next.Tenant.Waiting.Remove(next.Node!);
                next.Node = null;
                Waiting--;
                LetIn(next);
            }

            Forget(place.Tenant);
        }
    }

    private void LetIn(Place place)
    {
        Inside++;
        place.Tenant.Inside++;
        place.Tenant.LastTurn = ++_turn;
        place.IsInside = true;
        place.Decide(true);
    }

    private bool HasPlace(Tenant tenant) => Inside < most && (!isShared || tenant.Inside < MostForEachFree * (most - Inside));

    // Of the tenants with the fewest inside the one whose turn was longest ago.
    private Place? Next() => Waiting == 0 || Inside == most ? null : _tenants.Values.Where(t => t.Waiting.Count > 0 && HasPlace(t)).MinBy(static t => (t.Inside, t.LastTurn))?.Waiting.First!.Value;

    private bool MakeRoom(Tenant tenant)
    {
        if (Waiting == 0 || _tenants.Values.MaxBy(static t => t.Waiting.Count)! is var longest && longest.Waiting.Count <= tenant.Waiting.Count + 1)
            return false;
        TurnAway(longest.Waiting.Last!.Value);
        return true;
    }

    private void TurnAway(Place place)
    {
        place.Tenant.Waiting.Remove(place.Node!);
        place.Node = null;
        Waiting--;
        place.Decide(false);
        Forget(place.Tenant);
    }

    private void Forget(Tenant tenant)
    {
        if (tenant.Inside == 0 && tenant.Waiting.Count == 0)
            _tenants.Remove(tenant.Id);
    }

    internal sealed class Tenant(string id)
    {
        public string Id { get; } = id;

        public LinkedList<Place> Waiting { get; } = new();

        public int Inside { get; set; }

        public long LastTurn { get; set; }
    }

    /// <summary>One at the gate.</summary>
    public sealed class Place
    {
        private readonly TaskCompletionSource<bool> _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Place(Tenant tenant) => Tenant = tenant;

        /// <summary>Completes with whether it is let in.</summary>
        public Task<bool> Admitted => _decided.Task;

        internal Tenant Tenant { get; }

        internal LinkedListNode<Place>? Node { get; set; }

        internal bool IsInside { get; set; }

        internal void Decide(bool admitted) => _decided.TrySetResult(admitted);
    }
}
