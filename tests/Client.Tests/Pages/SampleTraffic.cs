using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Pages;

/// <summary>Requests that leave something in every part of the pages: misses, hits, routed and compressed prompts, of two tenants.</summary>
internal static class SampleTraffic
{
    public const string Question = "How long does a chargeback take?";

    public static string Document { get; } = string.Join("\n\n", Enumerable.Range(1, 8).Select(static i => $"""
        Section {i}. Parking permits of zone {i} are issued by the facilities desk on the ground floor of building {i}. The desk opens at nine and closes at five.
        Visitors of zone {i} leave their cars on the upper deck, and contractors use the gate behind the warehouse. Bicycles stand free of charge under the roof.
        """)) + "\n\nA chargeback takes 45 days from the day on which the cardholder disputes the payment. The disputes team decides it.";

    public static async Task SendAsync(GatewayProcess gateway)
    {
        foreach (var (question, key) in new[]
        {
            ("What is the capital of France?", GatewayFixture.Acme),
            ("What is the capital of France?", GatewayFixture.Acme),
            ("Which forms does a new supplier fill in?", GatewayFixture.Acme),
            ("What is the capital of Spain?", GatewayFixture.Globex),
        })
        {
            using var response = await gateway.AskAsync(question, model: "auto", key: key);
            response.EnsureSuccessStatusCode();
        }

        using var compressed = await gateway.PostAsync(
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = $"<document>\n{Document}\n</document>\n\n{Question}" } } }, GatewayFixture.Acme);
        compressed.EnsureSuccessStatusCode();
        // Into the books.
        _ = await gateway.SavingsAsync(GatewayFixture.Operator);
    }
}
