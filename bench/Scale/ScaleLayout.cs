namespace OrleansLlm.Bench.Scale;

/// <summary>Processes that serve together.</summary>
/// <param name="Silos">Silos that are asked.</param>
/// <param name="Apis">Stand-alone APIs before them; none where each silo serves its own.</param>
/// <param name="Apart">Whether each silo is a cluster by itself: what so many processes cost a machine with fewer cores, without any hop.</param>
/// <param name="Loads">By how many times <see cref="CallersOfALoad"/> callers all silos together are asked: once, or as often as there are silos, as where silos are added because callers are.</param>
internal sealed record ScaleLayout(int Silos, int Apis = 0, bool Apart = false, int Loads = 1)
{
    public const int CallersOfALoad = 24;

    public int Callers => Loads * CallersOfALoad;

    public string Name => Silos + (Apart ? "-apart" : Apis > 0 ? "-behind-api" : string.Empty) + (Loads > 1 ? $".{Loads}-loads" : string.Empty);
}
