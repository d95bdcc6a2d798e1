using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Replay;

/// <summary>Answers every model from the log, and from the simulator what the log does not hold. Nothing that costs money is called.</summary>
internal sealed class RecordedCatalog(IReadOnlyDictionary<string, RecordedReply> byRequestId, IUpstream simulator, TimeProvider time) : IUpstreamCatalog
{
    private readonly UpstreamTarget _target = new(new RecordedUpstream(r => byRequestId.GetValueOrDefault(r.RequestId), simulator, time), null, UpstreamCatalog.SimulatorName, UpstreamProtocols.OpenAI | UpstreamProtocols.Anthropic);

    public string Description => "recorded answers";

    public IReadOnlyList<ServedModel> Models => [];

    public UpstreamTarget Find(string model, UpstreamEndpoint? endpoint = null) => _target;
}
