using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using OrleansLlm.Client.Pages.Layout;

namespace OrleansLlm.Client.Pages;

/// <summary>Writes pages: rendered on the server, with headers under which a browser runs nothing and asks nothing of anybody else.</summary>
internal sealed class PageResponse(IAntiforgery antiforgery)
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task PageAsync<TPage>(HttpContext context, string title, PageUser? user, object? view, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var token = antiforgery.GetAndStoreTokens(context).RequestToken!;
        var frame = new PageFrame(title, context.Request.Path, user, token);
        return WriteAsync<TPage>(context, new Dictionary<string, object?> { ["Frame"] = frame, ["View"] = view }, status);
    }

    /// <summary>A part of a page, for a script that puts it in its place.</summary>
    public static Task PartAsync<TPart>(HttpContext context, object view)
        where TPart : IComponent =>
        WriteAsync<TPart>(context, new Dictionary<string, object?> { ["View"] = view }, StatusCodes.Status200OK);

    public Task ProblemAsync(HttpContext context, PageUser? user, int status, string title, string message) =>
        PageAsync<ProblemPage>(context, title, user, message, status);

    public static void Secure(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static Task WriteAsync<TComponent>(HttpContext context, Dictionary<string, object?> parameters, int status)
        where TComponent : IComponent
    {
        Secure(context.Response.Headers);
        context.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<TComponent>(parameters) { StatusCode = status }.ExecuteAsync(context);
    }
}
