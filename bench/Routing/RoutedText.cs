using System.Text.Json;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Bench.Routing;

/// <summary>A text as a router sees it.</summary>
/// <param name="Row">The data set's row.</param>
/// <param name="Text">The text.</param>
/// <param name="Embedding">Its embedding.</param>
/// <param name="Features">Its surface features.</param>
internal sealed record RoutedText(JsonElement Row, string Text, ReadOnlyMemory<float> Embedding, ReadOnlyMemory<float> Features)
{
    /// <summary>With the features computed.</summary>
    public static RoutedText Of(JsonElement row, string text, ReadOnlyMemory<float> embedding) => new(row, text, embedding, SurfaceFeatures.Of(text));
}
