using System.Text.Json;

namespace OrleansLlm.Client.Pages.Playground;

/// <summary>What a person wants to ask.</summary>
/// <param name="Model">A model or an alias.</param>
/// <param name="Instructions">The system message; empty for none.</param>
/// <param name="Document">Put before the question in a tag of its own, so that it can be compressed; empty for none.</param>
/// <param name="Question">The question.</param>
/// <param name="Fresh">Not from the cache.</param>
internal sealed record PlaygroundRequest(string Model, string Instructions, string Document, string Question, bool Fresh)
{
    public static PlaygroundRequest Empty { get; } = new("auto", string.Empty, string.Empty, string.Empty, false);

    public string UserText => Document.Length == 0 ? Question : $"<document>\n{Document}\n</document>\n\n{Question}";

    /// <summary>The index of the user's message.</summary>
    public int UserMessage => Instructions.Length == 0 ? 0 : 1;

    public static PlaygroundRequest Read(IFormCollection form)
    {
        return new(Field("model"), Field("instructions"), Field("document"), Field("question"), form["fresh"] == "true");

        // Browsers send line ends as CR LF.
        string Field(string name) => form[name].ToString().ReplaceLineEndings("\n").Trim();
    }

    /// <summary>The chat request.</summary>
    public byte[] ToBody()
    {
        var user = new { role = "user", content = UserText };
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            model = Model,
            messages = Instructions.Length == 0 ? new[] { user } : [new { role = "system", content = Instructions }, user],
        });
    }
}
