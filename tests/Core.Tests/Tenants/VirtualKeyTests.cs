using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.RateLimits;
using OrleansLlm.Core.Tenants;

namespace OrleansLlm.Core.Tests.Tenants;

public sealed class VirtualKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void New_Text_HoldsItsIdAndOpensItsKeyAlone()
    {
        var (key, text) = Make();
        Assert.StartsWith(KeyText.Visible(key.Id) + "_", text, StringComparison.Ordinal);
        Assert.Equal(key.Id, KeyText.IdOf(text));
        Assert.True(key.Matches(text, Now));
        Assert.False(key.Matches(KeyText.New(key.Id), Now));
        Assert.False(Make().Key.Matches(text, Now));
    }

    [Theory]
    [InlineData("olk_")]
    [InlineData("olk_0123456789abcdef")]
    [InlineData("sk-0123456789abcdef_0123456789012345678901234567890123456789012")]
    [InlineData("olk_0123456789ABCDEF_0123456789012345678901234567890123456789012")]
    [InlineData("olk_0123456789abcdef-0123456789012345678901234567890123456789012")]
    [InlineData("")]
    [InlineData(null)]
    public void IdOf_OtherText_IsNone(string? text) => Assert.Null(KeyText.IdOf(text));

    [Fact]
    public void Matches_ExpiredOrRevoked_IsFalse()
    {
        var (key, text) = Make();
        Assert.True((key with { ExpiresAt = Now.AddSeconds(1) }).Matches(text, Now));
        Assert.False((key with { ExpiresAt = Now }).Matches(text, Now));
        Assert.False((key with { RevokedAt = Now.AddDays(1) }).Matches(text, Now));
    }

    [Fact]
    public void Matches_Rotated_TakesTheOldSecretForTheOverlapOnly()
    {
        var (key, old) = Make();
        var text = KeyText.New(key.Id);
        var rotated = key with { Hash = KeyHash.Of(text), PreviousHash = key.Hash, PreviousUntil = Now.AddMinutes(1) };
        Assert.True(rotated.Matches(text, Now));
        Assert.True(rotated.Matches(old, Now));
        Assert.False(rotated.Matches(old, Now.AddMinutes(1)));
        Assert.False((rotated with { RevokedAt = Now }).Matches(old, Now));
    }

    [Fact]
    public void Json_OfAKey_ReadsTheSameAndHoldsNoSecret()
    {
        var (key, text) = Make();
        key = key with
        {
            AllowedModels = ["gpt-4o"], Cache = LayerMode.Off, CacheThreshold = 0.9, Budgets = [new(BudgetScope.Key, key.Id, BudgetWindow.Day, 1.5m)], RateLimit = new("key:" + key.Id, 1, null, 2), Sequence = 7,
        };
        var json = key.ToUtf8Json();
        Assert.Equal(json, VirtualKey.FromUtf8Json(json).ToUtf8Json());
        Assert.DoesNotContain(text[^43..], System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.True(VirtualKey.FromUtf8Json(json).Matches(text, Now));
    }

    private static (VirtualKey Key, string Text) Make()
    {
        var id = KeyText.NewId();
        var text = KeyText.New(id);
        return (new VirtualKey { Id = id, TenantId = "acme", Name = "a key", Hash = KeyHash.Of(text), CreatedAt = Now }, text);
    }
}
