using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Client.Wire;

namespace OrleansLlm.Client.Tests.Wire;

public sealed class FailureResponseTests
{
    [Theory]
    [InlineData("GET", "/v1/models")]
    [InlineData("DELETE", "/admin/v1/cache")]
    [InlineData("POST", "/admin/v1/cache/entries")]
    // Before an endpoint of the applications' own looks after its failures.
    [InlineData("POST", "/v1/messages")]
    public async Task Send_ClusterFails_Is503InTheApisShape(string method, string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.UseFailureResponse();
        app.Run(static context =>
        {
            context.Response.Headers["x-request-id"] = context.Response.Headers["request-id"] = "req_1";
            context.Response.ContentType = "text/csv";
            throw new TimeoutException("at host 10.0.0.7");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(("req_1", "req_1"), (response.Header("x-request-id"), response.Header("request-id")));
        Assert.Equal("server_error", (await response.ErrorAsync()).GetProperty("type").GetString());
        Assert.DoesNotContain("10.0.0.7", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
