namespace OrleansLlm.Core.Wire;

/// <summary>An error of the gateway's own, in the terms of OpenAI's error object.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">For people.</param>
/// <param name="Type">E.g. <c>invalid_request_error</c>.</param>
/// <param name="Code">A stable machine-readable code, or null.</param>
/// <param name="Param">The parameter that is wrong, or null.</param>
/// <param name="RequestId">The request's id, or null where it has none.</param>
public sealed record WireError(int Status, string Message, string Type, string? Code = null, string? Param = null, string? RequestId = null);
