namespace OrleansLlm.Client.OpenApi;

/// <summary>
/// What the API reference says of an endpoint. The document (<c>v1.json</c>) is made by OpenApiDocumentTests from these, the routes that carry them, and
/// the types of the bodies with their comments; it is checked in, so that serving it costs nothing.
/// </summary>
/// <param name="Id">The operation's name, unique.</param>
/// <param name="Group">The heading it stands under.</param>
/// <param name="Summary">What it does, in a line.</param>
internal sealed record ApiOperation(string Id, string Group, string Summary)
{
    /// <summary>More than the line, where there is more.</summary>
    public string? Description { get; init; }

    /// <summary>Who may use it.</summary>
    public ApiAccess Access { get; init; } = ApiAccess.Key;

    /// <summary>Query and header parameters, and words on those of the path.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>The body; null where none is read.</summary>
    public ApiContent? Body { get; init; }

    /// <summary>Whether the body may be left out.</summary>
    public bool BodyIsOptional { get; init; }

    /// <summary>What a success looks like.</summary>
    public required IReadOnlyList<ApiReply> Replies { get; init; }

    /// <summary>Statuses of the errors that it answers besides those of the key.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];

    /// <summary>The shape of its errors.</summary>
    public string ErrorSchema { get; init; } = "Error";

    /// <summary>Whether a provider answers, whose own errors come through, and figures stand in the headers.</summary>
    public bool GoesToProviders { get; init; }
}

/// <summary>Who may use an operation.</summary>
internal enum ApiAccess
{
    /// <summary>Anybody.</summary>
    Public,

    /// <summary>Whoever has a key.</summary>
    Key,

    /// <summary>A key with the role <c>admin</c>, for its own tenant, and operators.</summary>
    Admin,

    /// <summary>Operators.</summary>
    Operator,
}
