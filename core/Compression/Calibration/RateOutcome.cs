namespace OrleansLlm.Core.Compression.Calibration;

/// <summary>What became of golden questions at one keep rate.</summary>
/// <param name="KeepRate">The rate.</param>
/// <param name="Lost">Questions answered right with the whole documents and wrong with the compressed ones.</param>
/// <param name="Gained">The other way round.</param>
/// <param name="Right">Questions answered right with the whole documents: those that compression can spoil.</param>
/// <param name="Questions">All.</param>
/// <param name="TokensBefore">Prompt tokens of all.</param>
/// <param name="TokensAfter">The same compressed.</param>
public sealed record RateOutcome(double KeepRate, int Lost, int Gained, int Right, int Questions, long TokensBefore, long TokensAfter)
{
    /// <summary>(lost - gained) / questions, in [-1, 1].</summary>
    public double Degradation => Questions == 0 ? 0 : (double)(Lost - Gained) / Questions;

    /// <summary>Share of the prompt tokens saved, in [0, 1].</summary>
    public double Saved => TokensBefore == 0 ? 0 : 1 - ((double)TokensAfter / TokensBefore);
}
