namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>An answer from the cache as it was given to a request.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.feedback.served.v1")]
public sealed class ServedAnswer
{
    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>Fingerprint of the request that the answer was made for.</summary>
    [Id(1)]
    public required string Entry { get; init; }

    /// <summary>Accept probability, in [0, 1]; null where the same text was asked, and no model weighed it.</summary>
    [Id(2)]
    public double? Score { get; init; }

    /// <summary>When it was given, UTC.</summary>
    [Id(3)]
    public required DateTimeOffset At { get; init; }

    /// <summary>What was asked and answered; null where the tenant's text may not be shown, or the hit is too long ago.</summary>
    [Id(4)]
    public ServedAnswerText? Text { get; init; }
}

/// <summary>The words of a hit, cut to what a person needs to judge it.</summary>
/// <param name="Asked">The question, at most 500 characters.</param>
/// <param name="Stored">The question that the answer was made for, at most 500 characters.</param>
/// <param name="Answer">The answer, at most 2,000 characters.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.feedback.text.v1")]
public sealed record ServedAnswerText([property: Id(0)] string Asked, [property: Id(1)] string Stored, [property: Id(2)] string Answer)
{
    private const int LongestQuestion = 500;
    private const int LongestAnswer = 2000;

    public static ServedAnswerText Of(string asked, string stored, string answer) =>
        new(Cut(asked, LongestQuestion), Cut(stored, LongestQuestion), Cut(answer, LongestAnswer));

    private static string Cut(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= most)
            return text;
        return text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)] + "…";
    }
}

/// <summary>How often one stored answer was given.</summary>
/// <param name="Entry">Fingerprint of the request that the answer was made for.</param>
/// <param name="Served">Hits among those remembered.</param>
/// <param name="Question">The question that it was made for; null where the tenant's text may not be shown.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.feedback.most.v1")]
public sealed record MostServedAnswer([property: Id(0)] string Entry, [property: Id(1)] int Served, [property: Id(2)] string? Question);
