using OrleansLlm.Core.Routing;

namespace OrleansLlm.Grains.Routing;

/// <summary>What the models say of a text.</summary>
/// <param name="Simple">P(simple), calibrated; null where there is no score.</param>
/// <param name="KeptUp">Why it is not for a cheaper tier whatever its score; null where nothing is against it.</param>
/// <param name="WithoutScore">Why there is no score.</param>
internal readonly record struct RouteScore(double? Simple, RouteReason? KeptUp, RouteReason WithoutScore);
