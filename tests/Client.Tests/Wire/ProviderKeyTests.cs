using System.Net;

namespace OrleansLlm.Client.Tests.Wire;

public sealed class ProviderKeyTests
{
    [Theory]
    [InlineData(401, "Incorrect API key provided: sk-pro****abcd.", "refuses the gateway's key")]
    [InlineData(403, "Project `proj_abcd` does not have access to model `gpt-4o`.", "does not allow the gateway's account what was asked")]
    public async Task Post_ProviderRefusesTheGateway_Is502WithoutItsWords(int status, string words, string told)
    {
        await using var provider = await RawProvider.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await RawProvider.SendAsync(context, $$$"""{"error":{"message":"{{{words}}}","type":"invalid_request_error","param":null,"code":"refused"}}""");
        });
        await using var gateway = await GatewayProcess.StartAsync(provider.Settings());
        foreach (var (path, body) in new (string, object)[]
        {
            ("/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content = "Whose key is it?" } } }),
            ("/v1/chat/completions", new { model = "gpt-4o", stream = true, messages = new[] { new { role = "user", content = "Whose key is it, in pieces?" } } }),
            ("/v1/responses", new { model = "gpt-4o", input = "Whose key is it?" }),
            ("/v1/embeddings", new { model = "text-embedding-3-small", input = "Whose key is it?" }),
        })
        {
            using var response = await gateway.PostAsync(body, path: path);
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            Assert.Equal("false", response.Header("x-should-retry"));
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains(told, text.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("abcd", text, StringComparison.Ordinal);
        }
    }
}
