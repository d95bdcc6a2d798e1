using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Tenants;

/// <summary>Where keys are kept: a log with one writer, whose earlier writers are refused.</summary>
/// <param name="Logs">Must keep it for good.</param>
public sealed record KeyStore(IShardStore Logs);
