using System.Globalization;
using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Routing;

/// <summary>How one tenant's requests are routed.</summary>
/// <param name="Tiers">The ladder, cheapest first and strongest last.</param>
/// <param name="Threshold">P(simple) that routes down, in [0,1].</param>
/// <param name="Calibration">From the router's logit to P(simple).</param>
/// <param name="Certificate">What shows that threshold and calibration keep a misroute rate; null where nothing does.</param>
public sealed record RouteProfile(IReadOnlyList<ModelTier> Tiers, double Threshold, CalibrationMap Calibration, RouterCertificate? Certificate)
{
    /// <summary>The model that an alias's savings are measured against.</summary>
    public string Strongest => Tiers[^1].Model;

    /// <summary>The kinds of costly questions that go up whatever their score; see <see cref="StakesClassifier"/>.</summary>
    public IReadOnlyList<RouteReason> KeptUp { get; init; } = StakesClassifier.Kinds;

    /// <summary>Names all that a verdict on a routed question depends on: what another router, ladder or threshold did says nothing of this one.</summary>
    /// <param name="routerModelId">Names the shipped router's scores.</param>
    public string EvidenceId(string routerModelId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Head?.ModelId() ?? routerModelId}|{string.Join(',', Tiers.Select(static t => t.Model))}|{Threshold:0.######}|{string.Join(',', KeptUp)}|{Certificate?.Sha256}");

    /// <summary>The tenant's own head; null where the shipped router scores.</summary>
    public RouterHead? Head { get; init; }

    /// <summary>Whether a cheap answer that fails is asked of the model that would have answered without routing, before the caller has it.</summary>
    public bool Cascade { get; init; }

    /// <summary>Whether a conversation may leave a dearer tier for a cheaper one.</summary>
    public bool MayGoDown { get; init; }
}
