namespace OrleansLlm.Grains.Abstractions;

/// <summary>How long the answer to a grain call is waited for where nobody says that its silo was lost.</summary>
public static class ResponseTimeouts
{
    /// <summary>Of calls that wait for a model's plain answer: a reasoning model may take minutes, and the gateway has deadlines of its own.</summary>
    public const string ModelAnswer = "00:30:00";

    /// <summary>Of calls whose caller is told to try again.</summary>
    public const string Repeatable = "00:00:10";

    /// <summary>Of questions that are passed on to a provider and cost nothing.</summary>
    public const string FreeQuestion = "00:00:30";

    /// <summary>
    /// Of all others. A stream that nobody fetches from for as long as that is given up: its caller's process was killed, or its caller has stopped reading.
    /// </summary>
    public static TimeSpan Default { get; } = TimeSpan.FromMinutes(2);
}
