using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Replies;

/// <summary>Follows a streamed answer as it passes: what it used, whether it ended cleanly, and the plain answer it amounts to. Not thread-safe.</summary>
public interface IStreamAggregator
{
    /// <summary>The provider's counts of the whole answer, where they came; null where more of it came after them.</summary>
    TokenUsage? Usage { get; }

    /// <summary>The provider's counts where they come before the end, of the prompt and of what was written by then; for billing what gave no others.</summary>
    TokenUsage? PromptUsage => null;

    /// <summary>The service tier that it is served at, where that is told before the end.</summary>
    ServiceTier? Tier => null;

    string? Model { get; }

    /// <summary>Whether the end came that this form of stream has.</summary>
    bool IsDone { get; }

    /// <summary>How many choices have said how they ended, in a form that has an end marker beside that.</summary>
    int EndedChoices => 0;

    /// <summary>Whether the provider said within the stream that it failed: such an answer did not end cleanly, whatever comes after.</summary>
    bool HasFailed { get; }

    /// <summary>Text received so far.</summary>
    string Text { get; }

    /// <summary>Text received so far and what is billed like it (reasoning, refusals, tools' arguments), for billing a stream that broke off.</summary>
    string Written { get; }

    /// <summary>Whether the answer ended cleanly and may be given again.</summary>
    bool IsCacheable { get; }

    /// <summary>Reads one event's data.</summary>
    /// <returns>True where the event carries usage and nothing else.</returns>
    bool Add(ReadOnlyMemory<byte> data);

    /// <summary>The plain answer that the stream amounts to; call it only where <see cref="IsCacheable"/>.</summary>
    byte[] ToPlain(string id, long created);
}
