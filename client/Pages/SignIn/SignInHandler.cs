namespace OrleansLlm.Client.Pages.SignIn;

/// <summary><c>/sign-in</c> and <c>/sign-out</c>.</summary>
internal sealed class SignInHandler(BrowserSession sessions, PageResponse pages, PageForms forms)
{
    public const string Path = "/sign-in";

    private static readonly string[] ReturnPaths = ["/", "/playground", "/feedback"];

    public Task ShowAsync(HttpContext context)
    {
        if (sessions.Find(context) is not null)
        {
            context.Response.Redirect("/");
            return Task.CompletedTask;
        }

        return pages.PageAsync<SignInPage>(context, "Sign in", null, new SignInView(Known(context.Request.Query["return"]), Failed: false));
    }

    public async Task BeginAsync(HttpContext context)
    {
        if (await forms.ReadAsync(context) is not { } form)
        {
            await pages.ProblemAsync(context, null, StatusCodes.Status400BadRequest, "Not signed in", "The form was too old or not from this page. Open the sign-in page again.");
            return;
        }

        var back = Known(form["return"]);
        if (sessions.Begin(context, form["key"].ToString().Trim()))
            context.Response.Redirect(back);
        else
            await pages.PageAsync<SignInPage>(context, "Sign in", null, new SignInView(back, Failed: true), StatusCodes.Status401Unauthorized);
    }

    public async Task EndAsync(HttpContext context)
    {
        _ = sessions.Find(context);
        if (await forms.ReadAsync(context) is not null)
            BrowserSession.End(context);
        context.Response.Redirect(Path);
    }

    private static string Known(string? path) => Array.Find(ReturnPaths, p => p == path) ?? "/";
}
