namespace OrleansLlm.Grains.Upstream;

/// <summary>Whose interfaces a provider speaks. Requests are never translated from one to the other: what a translation drops could change an answer.</summary>
[Flags]
public enum UpstreamProtocols
{
    None = 0,
    OpenAI = 1,
    Anthropic = 2,
}
