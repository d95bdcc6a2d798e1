using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Grains.Compression;

namespace OrleansLlm.Grains.Tests.Compression;

public sealed class CompressionOutcomeTests
{
    private static readonly CompressionSettings Certified = new(.5);

    private static readonly CompressionOutcome Compressed = new(
        new CompressedConversation([new FrozenText(0, 0, 0, "One. Two.", new CompressionResult(true, AbstainReason.None, "One.", 9, 4, [], false))], [], 0, null, null), null, 3)
    {
        Settings = Certified,
    };

    [Fact]
    public void Under_SettingsOfTheModelItWasMadeFor_IsTheSame() => Assert.Same(Compressed, Compressed.Under(new CompressionSettings(.5)));

    [Fact]
    public void Under_OtherSettings_IsNothing()
    {
        foreach (var settings in new[] { Certified with { LosslessOnly = true }, Certified with { KeepRate = .6 } })
        {
            var outcome = Compressed.Under(settings);
            Assert.Equal((false, 0, 3d), (outcome.IsCompressed, outcome.TokensRemoved, outcome.Milliseconds));
        }
    }
}
