using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace OrleansLlm.Inference;

/// <summary>A dense tensor over a rented array, seen by ONNX Runtime without a copy. Its content is not cleared.</summary>
internal sealed class PooledTensor<T> : IDisposable
    where T : unmanaged
{
    private readonly T[] _array;
    private readonly int _length;

    /// <param name="shape">Row-major dimensions; their product is the length.</param>
    public PooledTensor(params ReadOnlySpan<long> shape)
    {
        _length = 1;
        foreach (var dimension in shape)
            _length = checked(_length * (int)dimension);
        _array = ArrayPool<T>.Shared.Rent(_length);
        Value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _array.AsMemory(0, _length), shape.ToArray());
    }

    public OrtValue Value { get; }

    public Span<T> Span => _array.AsSpan(0, _length);

    public void Dispose()
    {
        Value.Dispose();
        ArrayPool<T>.Shared.Return(_array);
    }
}
