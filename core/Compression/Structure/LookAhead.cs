namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// How far a recogniser reads for an end that may not come: far, until that came to nothing too often in one text. Else a text of openings
/// that nothing closes would be read to its end from each of them.
/// </summary>
internal sealed class LookAhead(int far, int near)
{
    private const int MostInVain = 64;

    private int _inVain;

    /// <summary>Lines or characters to read.</summary>
    public int Limit => _inVain < MostInVain ? far : near;

    /// <summary>Nothing came.</summary>
    public void InVain() => _inVain++;
}
