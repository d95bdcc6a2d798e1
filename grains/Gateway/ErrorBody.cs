using System.Text.Json;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Errors of the gateway's own, in OpenAI's shape.</summary>
internal static class ErrorBody
{
    public static byte[] Json(string message, string type, string? code, string? param = null) =>
        JsonSerializer.SerializeToUtf8Bytes(new { error = new { message, type, param, code } });

    /// <summary>The same as an event of a stream whose head has gone out.</summary>
    public static byte[] Event(string message, string type, string? code) =>
        [.. "data: "u8, .. Json(message, type, code), .. "\n\n"u8];
}
