using System.Buffers;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>
/// Reads a stream where it arises, in the same process: a grain call for each token would cost more than everything else that is done with it. One
/// thread at a time reads; any may wake it.
/// </summary>
public interface IStreamReader
{
    /// <summary>Copies what came since, whole events, at most a block of them.</summary>
    /// <returns>How many bytes; 0 where nothing came.</returns>
    int Read(IBufferWriter<byte> into);

    /// <summary>True once something may have come or somebody called <see cref="Wake"/>; false where no more will come.</summary>
    ValueTask<bool> WaitAsync();

    /// <summary>Ends a wait.</summary>
    void Wake();
}
