using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Pages.SignIn;

/// <summary><c>/sign-in</c> and <c>/sign-out</c>.</summary>
internal sealed class SignInHandler(BrowserSession sessions, PageResponse pages, PageForms forms)
{
    public const string Path = "/sign-in";

    private static readonly string[] ReturnPaths = ["/", "/playground", "/feedback"];

    public async Task ShowAsync(HttpContext context)
    {
        if (await SignedInAsync(context))
        {
            context.Response.Redirect("/");
            return;
        }

        await pages.PageAsync<SignInPage>(context, "Sign in", null, new SignInView(Known(context.Request.Query["return"]), Failed: false));
    }

    public async Task BeginAsync(HttpContext context)
    {
        if (await forms.ReadAsync(context) is not { } form)
        {
            await pages.ProblemAsync(context, null, StatusCodes.Status400BadRequest, "Not signed in", "The form was too old or not from this page. Open the sign-in page again.");
            return;
        }

        var back = Known(form["return"]);
        bool begun;
        try
        {
            begun = await sessions.BeginAsync(context, form["key"].ToString().Trim());
        }
        catch (KeysUnknownException)
        {
            await pages.ProblemAsync(context, null, StatusCodes.Status503ServiceUnavailable, "Not signed in", "Keys cannot be checked now; try again in a moment.");
            return;
        }

        if (begun)
            context.Response.Redirect(back);
        else
            await pages.PageAsync<SignInPage>(context, "Sign in", null, new SignInView(back, Failed: true), StatusCodes.Status401Unauthorized);
    }

    public async Task EndAsync(HttpContext context)
    {
        // The form's token is bound to whom it was made for.
        await SignedInAsync(context);
        if (await forms.ReadAsync(context) is not null)
            BrowserSession.End(context);
        context.Response.Redirect(Path);
    }

    private async Task<bool> SignedInAsync(HttpContext context)
    {
        try
        {
            return await sessions.FindAsync(context) is not null;
        }
        catch (KeysUnknownException)
        {
            return false;
        }
    }

    private static string Known(string? path) => Array.Find(ReturnPaths, p => p == path) ?? "/";
}
