using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Http;
using OrleansLlm.Client.Pages;

namespace OrleansLlm.Client.Tests.Pages;

public sealed class PageVisitTests
{
    [Fact]
    public async Task Serve_PageThatBreaksOff_SaysThatItIsNotAvailable()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var scope = gateway.Services.CreateAsyncScope();
        var pages = gateway.Services.GetRequiredService<PageResponse>();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        (context.Request.Scheme, context.Request.Host, context.Request.Path) = ("http", new HostString("localhost"), "/");
        context.Response.Body = body;

        await gateway.Services.GetRequiredService<PageVisit>().ServeAsync(context, user => pages.PageAsync<BrokenPage>(context, "Broken", user, null));

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.Contains("Not available now", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
        Assert.Equal("no-store", context.Response.Headers.CacheControl);
    }

    private sealed class BrokenPage : ComponentBase
    {
        [Parameter]
        public PageFrame? Frame { get; set; }

        [Parameter]
        public object? View { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => throw new InvalidOperationException();
    }
}
