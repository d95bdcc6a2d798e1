namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>How a tenant's requests are routed, for people.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.routing.v1")]
public sealed class RoutingSummary
{
    /// <summary>P(simple) from which the cheap tier answers, in [0, 1].</summary>
    [Id(0)]
    public required double Threshold { get; init; }

    /// <summary>Null where the shipped calibration routes.</summary>
    [Id(1)]
    public RoutingCertificate? Certificate { get; init; }
}

/// <summary>What a certificate of the router shows.</summary>
/// <param name="Data">Name of the golden file.</param>
/// <param name="Tested">Questions that the threshold was tested on.</param>
/// <param name="Routed">Those of them that were routed down.</param>
/// <param name="Misrouted">Those of the routed that needed the strong model.</param>
/// <param name="UpperBound">One-sided upper bound of the misrouted share of the routed, in [0, 1].</param>
/// <param name="Confidence">How surely it holds, in (0, 1).</param>
/// <param name="Date">When it was made, UTC.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.routing.certificate.v1")]
public sealed record RoutingCertificate(
    [property: Id(0)] string Data,
    [property: Id(1)] int Tested,
    [property: Id(2)] int Routed,
    [property: Id(3)] int Misrouted,
    [property: Id(4)] double UpperBound,
    [property: Id(5)] double Confidence,
    [property: Id(6)] DateOnly Date);
