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
    public static async Task<DocumentQuestions> ReadAsync(string path, string model, CancellationToken cancellationToken)
    {
        var questions = new List<DocumentQuestion>();
        var problems = new List<string>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (questions.Count >= MostRows)
            {
                problems.Add($"line {number}: more than {MostRows} questions");
                break;
            }

            if (Read(line, model) is { } question)
                questions.Add(question);
            else
                problems.Add($"line {number}: expected {{\"messages\": […], \"answer\": text}} or {{\"context\": text, \"question\": text, \"answer\": text}}, with \"grade\": exact, numeric, contains or judge");
        }

        return new DocumentQuestions(questions, problems);
    }

    private static DocumentQuestion? Read(string line, string model)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            if (row.ValueKind != JsonValueKind.Object || Text(row, "answer") is not { } answer || GradeOf(row, answer) is not { } grade)
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
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static AnswerGrade? GradeOf(JsonElement row, string answer) =>
        !row.TryGetProperty("grade", out var value) ? AnswerGrader.Default(answer)
        : value.ValueKind == JsonValueKind.String && Enum.TryParse<AnswerGrade>(value.GetString(), ignoreCase: true, out var grade) && Enum.IsDefined(grade) ? grade
        : null;
}
