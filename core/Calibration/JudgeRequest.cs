using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansLlm.Core.Calibration;

/// <summary>The chat request that puts two answers before a language model. They are data inside a JSON string, and a judge answers in one word.</summary>
internal static class JudgeRequest
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request, UTF-8 JSON; null where a text is too long to be judged.</summary>
    /// <param name="model">The judge.</param>
    /// <param name="instructions">What it is to say of the fields <c>question</c>, <c>first</c> and <c>second</c>.</param>
    /// <param name="longestText">Characters that each of the three may have.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="first">One answer.</param>
    /// <param name="second">The other.</param>
    public static byte[]? Body(string model, string instructions, int longestText, string question, string first, string second)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (question.Length > longestText || first.Length > longestText || second.Length > longestText)
            return null;
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                model,
                temperature = 0,
                max_completion_tokens = 16,
                messages = new[]
                {
                    new { role = "system", content = instructions },
                    new { role = "user", content = JsonSerializer.Serialize(new { question, first, second }, Json) },
                },
            },
            Json);
    }

    /// <summary>The one word of a judge's reply, in capitals; null where there is no reply.</summary>
    public static string? WordOf(string? reply) => reply?.Trim().TrimEnd('.').ToUpperInvariant();
}
