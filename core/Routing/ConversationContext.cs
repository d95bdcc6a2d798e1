namespace OrleansLlm.Core.Routing;

/// <summary>What came before a request.</summary>
public sealed record ConversationContext
{
    /// <summary>A conversation's first turn.</summary>
    public static ConversationContext None { get; } = new();

    /// <summary>Whether the request carries an answer given before, or continues one that the provider keeps.</summary>
    public bool HasHistory { get; init; }

    /// <summary>How the turn before was answered, as far as that is remembered.</summary>
    public ConversationTurn? Before { get; init; }

    /// <summary>How the very same prompt was answered shortly before: it is asked again.</summary>
    public ConversationTurn? SameBefore { get; init; }

    /// <summary>Whether the last answer refused.</summary>
    public bool Refused { get; init; }

    /// <summary>Whether the new turn finds fault with it.</summary>
    public bool Dissatisfied { get; init; }

    /// <summary>Whether the new turn means nothing without it.</summary>
    public bool IsContinuation { get; init; }
}
