using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Pages.Playground;

/// <summary>A stretch of the user's message, in order.</summary>
/// <param name="Text">Its words.</param>
/// <param name="Removed">Whether compression takes it out.</param>
internal sealed record PromptStretch(string Text, bool Removed)
{
    /// <summary><paramref name="text"/> cut where what is removed begins and ends.</summary>
    public static IReadOnlyList<PromptStretch> Of(string text, int message, IEnumerable<RemovedText> removed)
    {
        var stretches = new List<PromptStretch>();
        var at = 0;
        foreach (var span in removed.Where(r => r.Message == message && r.Part == 0).OrderBy(static r => r.Start))
        {
            var (start, end) = (Math.Max(span.Start, at), Math.Min(span.Start + span.Length, text.Length));
            if (end <= start)
                continue;
            if (start > at)
                stretches.Add(new PromptStretch(text[at..start], Removed: false));
            stretches.Add(new PromptStretch(text[start..end], Removed: true));
            at = end;
        }

        if (at < text.Length)
            stretches.Add(new PromptStretch(text[at..], Removed: false));
        return stretches;
    }
}
