namespace OrleansLlm.Grains.Upstream;

/// <summary>How far a call has come, for whoever has to say what it cost when it ends without a reply.</summary>
public sealed class UpstreamProgress
{
    /// <summary>
    /// Whether a try is with a provider, or may be: it may be billed. Not so before the first try, nor once a try was refused or is among
    /// <see cref="UpstreamRequest.Lost"/>, until the next one. Default false.
    /// </summary>
    public bool IsUnderWay { get; set; }
}
