using System.Text;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Tests.Requests;

/// <summary>What goes to the provider is what came, byte for byte, but for the declared edits.</summary>
public sealed class ByteFidelityTests
{
    [Theory]
    [InlineData(WireForm.ChatCompletions)]
    [InlineData(WireForm.Responses)]
    [InlineData(WireForm.Completions)]
    public void Edit_RandomBody_ChangesTheDeclaredPlacesAlone(WireForm form) => Of(form).Sample(body =>
    {
        var request = Read(form, body.Before);
        var editor = new RequestBodyEditor(request);
        if (request.Stream)
            editor.IncludeUsage();
        Assert.Equal(body.After("\"gpt-4o\""), Encoding.UTF8.GetString(editor.Apply().Span));
        Assert.Equal(body.After("\"gpt-4o-mini\""), Encoding.UTF8.GetString(editor.SetModel("gpt-4o-mini").Apply().Span));
    });

    [Theory]
    [InlineData(WireForm.ChatCompletions)]
    [InlineData(WireForm.Responses)]
    [InlineData(WireForm.Completions)]
    public void Edit_NothingToEdit_IsTheOriginalMemory(WireForm form) => Of(form).Where(static b => b.Before == b.After("\"gpt-4o\"")).Sample(body =>
    {
        var request = Read(form, body.Before);
        var editor = new RequestBodyEditor(request);
        if (request.Stream)
            editor.IncludeUsage();
        Assert.True(editor.Apply().Equals(request.Body));
    });

    [Fact]
    public void Embeddings_RandomBody_IsTheOriginalMemory() => RandomBodies.Embeddings.Sample(static body =>
    {
        Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body.Before), null, out var request));
        Assert.True(request!.WithModel().Equals(request.Body));
    });

    private static Gen<RandomBody> Of(WireForm form) => form switch
    {
        WireForm.Responses => RandomBodies.Responses,
        WireForm.Completions => RandomBodies.Completions,
        _ => RandomBodies.Chat,
    };

    private static ChatRequest Read(WireForm form, string json)
    {
        var problem = WireForms.Of(form).Read(Encoding.UTF8.GetBytes(json), null, out var request);
        Assert.True(problem is null, problem?.Message + "\n" + json);
        return request!;
    }
}
