using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Core.Tests.Requests;

namespace OrleansLlm.Client.Tests.Wire;

/// <summary>The same through the running gateway, with every layer on: what a provider is sent is what came.</summary>
public sealed class ByteFidelityTests
{
    private const int Bodies = 60;

    [Fact]
    public async Task Post_RandomBodies_ReachTheProviderByteForByte()
    {
        await using var provider = await RawProvider.StartAsync(static async (context, body) =>
        {
            context.Response.ContentType = "application/json";
            await RawProvider.SendAsync(context, """{"id":"x","object":"x"}""");
        });
        await using var gateway = await GatewayProcess.StartAsync(provider.Settings());
        foreach (var (path, gen) in new[]
        {
            ("/v1/chat/completions", RandomBodies.Chat), ("/v1/responses", RandomBodies.Responses),
            ("/v1/completions", RandomBodies.Completions), ("/v1/embeddings", RandomBodies.Embeddings),
        })
        {
            gen.Sample(
                body =>
                {
                    provider.Requests.Clear();
                    using var response = gateway.PostAsync(body.Before, path: path, headers: ("Cache-Control", "no-store")).GetAwaiter().GetResult();
                    Assert.True(response.StatusCode == HttpStatusCode.OK, body.Before);
                    var (sentTo, sent) = Assert.Single(provider.Requests);
                    Assert.Equal(path, sentTo);
                    Assert.Equal(body.After("\"gpt-4o\""), Encoding.UTF8.GetString(sent));
                },
                iter: Bodies,
                threads: 1);
        }
    }
}
