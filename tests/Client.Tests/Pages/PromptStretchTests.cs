using OrleansLlm.Client.Pages.Playground;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Tests.Pages;

public sealed class PromptStretchTests
{
    private const string Text = "Keep. Drop. Keep too.";

    [Fact]
    public void Of_RemovedSpans_CutsTheTextThere() => Assert.Equal(
        [new PromptStretch("Keep.", false), new PromptStretch(" Drop.", true), new PromptStretch(" Keep too.", false)],
        PromptStretch.Of(Text, 1, [new RemovedText(1, 0, 5, 6, 0.1, " Drop."), new RemovedText(0, 0, 0, 4, 0.1, "Keep")]));

    [Fact]
    public void Of_NothingRemoved_IsTheText() => Assert.Equal([new PromptStretch(Text, false)], PromptStretch.Of(Text, 0, []));

    [Fact]
    public void Of_SpansBeyondTheText_LosesNoWord() =>
        Assert.Equal(Text, string.Concat(PromptStretch.Of(Text, 0, [new RemovedText(0, 0, 5, 900, 0, ""), new RemovedText(0, 0, 2, 4, 0, "")]).Select(static s => s.Text)));
}
