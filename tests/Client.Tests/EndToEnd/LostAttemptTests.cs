using System.Globalization;
using System.Text.Json;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Calls that gave no answer: what they may have cost is in the ledger, apart from the request.</summary>
public sealed class LostAttemptTests
{
    [Theory]
    [InlineData("broken", 502, 1)]
    [InlineData("unreachable", 502, 0)]
    public async Task Ask_CallThatBroke_CostsAnEstimateOfItsOwn(string fault, int status, int attempts)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var answer = await gateway.PostAsync(new
        {
            model = "gpt-4o",
            messages = new[] { new { role = "user", content = "Which ledger line holds a call that broke on the way?" } },
            metadata = new { simulator_fault = fault },
        });

        Assert.Equal(status, (int)answer.StatusCode);
        var total = (await gateway.SavingsAsync()).GetProperty("total");
        Assert.Equal((1, 1, attempts), (Number(total, "requests"), Number(total, "errors"), Number(total, "attempts")));
        Assert.Equal((attempts, 0), (Number(total, "estimated"), Number(total, "unpriced")));
        Assert.Equal(attempts > 0, Money(total, "cost_usd") > 0);
        // Nothing was saved by it, and the caller is told what it cost.
        Assert.Equal(Money(total, "cost_usd"), Money(total, "baseline_usd"));
        Assert.Equal(Money(total, "cost_usd"), decimal.Parse(answer.Header("x-orleansllm-cost-usd")!, CultureInfo.InvariantCulture));
    }

    private static int Number(JsonElement sums, string name) => sums.GetProperty(name).GetInt32();

    private static decimal Money(JsonElement sums, string name) => sums.GetProperty(name).GetDecimal();
}
