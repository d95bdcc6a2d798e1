namespace OrleansLlm.Core.Ledger;

/// <summary>Time each layer added to one request, in milliseconds; 0 where the layer did not run.</summary>
/// <param name="Cache">Embedding, lookup and verification.</param>
/// <param name="Routing">Route decision beyond the shared embedding.</param>
/// <param name="Compression">Scoring and rewriting the prompt.</param>
/// <param name="Upstream">Waiting for and reading the model's reply.</param>
/// <param name="Total">From the request's arrival at the gateway to the reply's end.</param>
public readonly record struct LayerTimes(double Cache, double Routing, double Compression, double Upstream, double Total);
