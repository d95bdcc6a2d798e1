namespace OrleansLlm.Core.Wire;

/// <summary>The forms by their names.</summary>
public static class WireForms
{
    private static readonly ChatCompletionsForm ChatCompletions = new();
    private static readonly ResponsesForm Responses = new();
    private static readonly CompletionsForm Completions = new();
    private static readonly MessagesForm Messages = new();

    public static IWireForm Of(WireForm form) => form switch
    {
        WireForm.ChatCompletions => ChatCompletions,
        WireForm.Responses => Responses,
        WireForm.Completions => Completions,
        WireForm.Messages => Messages,
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "There is no such form."),
    };
}
