extern alias client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using client::OrleansLlm.Client.RateLimits;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Tests.RateLimits;

public sealed class RequestEntryTests
{
    [Theory]
    [InlineData("a", "", null)]
    [InlineData("c", "", "c")]
    [InlineData("a", "b,A", null)]
    [InlineData("a", "b,c", "c")]
    [InlineData("a", "default", "default")]
    public async Task Enter_KeyWithAListOfModels_IsHeldToItWhereverTheBodyNamesOne(string model, string others, string? refused)
    {
        using var rates = new RateLimiter(null!, TimeProvider.System, NullLogger<RateLimiter>.Instance);
        var entry = new RequestEntry(rates);
        var names = others.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var (_, refusal) = await entry.EnterAsync("acme", new Caller { AllowedModels = ["a", "b"] }, [], model, names, 1, new HeaderDictionary());
        if (refused is null)
        {
            Assert.Null(refusal);
        }
        else
        {
            Assert.Equal((403, "model_not_allowed"), (refusal!.Status, refusal.Code));
            Assert.Contains($"'{refused}'", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Null((await entry.EnterAsync("acme", Caller.None, [], model, names, 1, new HeaderDictionary())).Refusal);
    }
}
