using System.Net;
using Microsoft.AspNetCore.Http;

namespace OrleansLlm.Client.Tests.Wire;

public sealed class ProviderKeyTests
{
    [Fact]
    public async Task Post_ProviderRefusesTheGatewaysKey_Is502WithoutItsWords()
    {
        await using var provider = await RawProvider.StartAsync(static async (context, _) =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.ContentType = "application/json";
            await RawProvider.SendAsync(context, """{"error":{"message":"Incorrect API key provided: sk-pro****abcd.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""");
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
            Assert.Contains("refuses the gateway's key", text.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("abcd", text, StringComparison.Ordinal);
        }
    }
}
