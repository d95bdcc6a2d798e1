using System.Text.Json;
using OrleansLlm.Core.Compression.Calibration;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Silo.Calibration;

/// <summary>
/// Reads questions about documents: JSON lines <c>{"messages":[…],"answer"}</c> or <c>{"context","question","answer"}</c>, each with an optional
/// <c>grade</c> (exact, numeric, contains, judge).
/// </summary>
internal static class DocumentQuestionReader
{
    private const int MostRows = 100_000;

    /// <summary>Reads a file; what is wrong with it is in the result, by line.</summary>
    public static Task<JsonRows<DocumentQuestion>> ReadAsync(string path, string model, CancellationToken cancellationToken) => JsonRows.ReadAsync(
        path,
        MostRows,
        "{\"messages\": […], \"answer\": text} or {\"context\": text, \"question\": text, \"answer\": text}, with \"grade\": exact, numeric (the answer a number), contains or judge",
        row => Read(row, model),
        cancellationToken);

    private static DocumentQuestion? Read(JsonElement row, string model)
    {
        // What is not right by its own grade, such as a number's grade for words, no answer ever is: it would count as a question that nothing can spoil.
        if (Text(row, "answer") is not { } answer || GradeOf(row, answer) is not { } grade || (grade != AnswerGrade.Judge && !AnswerGrader.IsRight(grade, answer, answer)))
            return null;
        byte[] body;
        if (row.TryGetProperty("messages", out var messages))
            body = JsonSerializer.SerializeToUtf8Bytes(new { model, messages });
        else if (Text(row, "context") is { } context && Text(row, "question") is { } question)
            body = JsonSerializer.SerializeToUtf8Bytes(new { model, messages = new[] { new { role = "user", content = $"Context:\n{context}\n\nQuestion: {question}" } } });
        else
            return null;
        return ChatRequestReader.Read(body, null, out var chat) is null ? new DocumentQuestion(chat!, answer, grade) : null;
    }

    private static string? Text(JsonElement row, string name) => JsonRows.Text(row, name, int.MaxValue);

    private static AnswerGrade? GradeOf(JsonElement row, string answer) =>
        !row.TryGetProperty("grade", out var value) ? AnswerGrader.Default(answer)
        : value.ValueKind == JsonValueKind.String && Enum.TryParse<AnswerGrade>(value.GetString(), ignoreCase: true, out var grade) && Enum.IsDefined(grade) ? grade
        : null;
}
