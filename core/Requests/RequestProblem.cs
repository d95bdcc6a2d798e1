namespace OrleansLlm.Core.Requests;

/// <summary>Why a request cannot be served, in the terms of OpenAI's error object.</summary>
/// <param name="Message">For people; names the parameter and what would be right.</param>
/// <param name="Param">The parameter, e.g. <c>messages[0].role</c>; null where the body as a whole is wrong.</param>
/// <param name="Code">A stable machine-readable code, or null.</param>
public sealed record RequestProblem(string Message, string? Param, string? Code = null);
