namespace OrleansLlm.Core.Replies;

/// <summary>One server-sent event as it came. Both parts lie in a <see cref="SseParser"/>'s memory and are good until it is asked for the next.</summary>
/// <param name="Raw">The event's bytes with its closing blank line, fit to be passed on unchanged.</param>
/// <param name="Data">The <c>data</c> lines joined by a line feed; empty for a comment or an event without data.</param>
public readonly record struct SseFrame(ReadOnlyMemory<byte> Raw, ReadOnlyMemory<byte> Data)
{
    /// <summary>Whether this is OpenAI's end marker.</summary>
    public bool IsDone => Data.Span.SequenceEqual("[DONE]"u8);
}
