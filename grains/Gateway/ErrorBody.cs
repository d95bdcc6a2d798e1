using System.Text.Json;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Errors of the gateway's own, in OpenAI's shape.</summary>
internal static class ErrorBody
{
    public static byte[] Json(string message, string type, string? code, string? param = null) =>
        JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, type, param, code } });

    /// <summary>The same as an event of a stream whose head has gone out.</summary>
    public static byte[] Event(WireForm form, string message, string type, string? code) => form == WireForm.Responses
        ? [.. "event: error\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(new { type = "error", code = code ?? type, message, param = (string?)null }), .. "\n\n"u8]
        : [.. "data: "u8, .. Json(message, type, code), .. "\n\n"u8];
}
