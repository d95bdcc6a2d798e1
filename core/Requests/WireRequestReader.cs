namespace OrleansLlm.Core.Requests;

/// <summary>Reads a request for text in any form.</summary>
public static class WireRequestReader
{
    /// <summary>Reads <paramref name="body"/>.</summary>
    /// <param name="form">The form that the address stands for.</param>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="modelInAddress">The model or deployment named by the address, used where the body names none.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    public static RequestProblem? Read(WireForm form, ReadOnlyMemory<byte> body, string? modelInAddress, out ChatRequest? request) =>
        form switch
        {
            WireForm.Responses => ResponsesRequestReader.Read(body, modelInAddress, out request),
            WireForm.Completions => CompletionsRequestReader.Read(body, modelInAddress, out request),
            _ => ChatRequestReader.Read(body, modelInAddress, out request),
        };
}
