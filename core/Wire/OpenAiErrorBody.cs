using System.Text.Json;

namespace OrleansLlm.Core.Wire;

/// <summary>OpenAI's error object: <c>{"error":{"message","type","param","code"}}</c>.</summary>
public static class OpenAiErrorBody
{
    public static byte[] Write(WireError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return JsonSerializer.SerializeToUtf8Bytes(new { error = new { message = error.Message, type = error.Type, param = error.Param, code = error.Code } });
    }
}
