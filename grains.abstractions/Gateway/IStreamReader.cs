using System.Diagnostics.CodeAnalysis;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>
/// Reads a stream where it arises, in the same process: a grain call for each token would cost more than everything else that is done with it. One
/// thread at a time reads; any may wake it.
/// </summary>
public interface IStreamReader
{
    /// <summary>Takes the next piece, whole events, where there is one.</summary>
    bool TryRead([NotNullWhen(true)] out byte[]? piece);

    /// <summary>True once there may be a piece or somebody called <see cref="Wake"/>; false where no more will come.</summary>
    ValueTask<bool> WaitAsync();

    /// <summary>Ends a wait.</summary>
    void Wake();
}
