using OrleansLlm.Client.Pages.Feedback;
using OrleansLlm.Client.Pages.Playground;
using OrleansLlm.Client.Pages.Savings;
using OrleansLlm.Client.Pages.SignIn;

namespace OrleansLlm.Client.Pages;

/// <summary>The pages for people: at the root of the API, rendered on the server.</summary>
internal static class PageRoutes
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery(static o =>
        {
            o.FormFieldName = "token";
            o.Cookie.Name = "orleansllm-form";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.HttpOnly = true;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The Content-Security-Policy forbids framing.
            o.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<BrowserSession>();
        services.AddSingleton<PageResponse>();
        services.AddSingleton<PageForms>();
        services.AddSingleton<PageVisit>();
        services.AddSingleton<SignInHandler>();
        services.AddSingleton<SavingsReader>();
        services.AddSingleton<SavingsHandler>();
        services.AddSingleton<PlaygroundHandler>();
        services.AddSingleton<FeedbackHandler>();
    }

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        var app = routes.MapGroup("").ExcludeFromDescription();
        var savings = routes.ServiceProvider.GetRequiredService<SavingsHandler>();
        var playground = routes.ServiceProvider.GetRequiredService<PlaygroundHandler>();
        var feedback = routes.ServiceProvider.GetRequiredService<FeedbackHandler>();
        var signIn = routes.ServiceProvider.GetRequiredService<SignInHandler>();
        app.MapGet("/", savings.ShowAsync);
        app.MapGet("/live", savings.LatestAsync);
        app.MapGet(PlaygroundHandler.Path, playground.ShowAsync);
        app.MapPost(PlaygroundHandler.Path, playground.AskAsync);
        app.MapGet(FeedbackHandler.Path, feedback.ShowAsync);
        app.MapPost(FeedbackHandler.Path, feedback.JudgeAsync);
        app.MapGet(SignInHandler.Path, signIn.ShowAsync);
        app.MapPost(SignInHandler.Path, signIn.BeginAsync);
        app.MapPost("/sign-out", signIn.EndAsync);
        app.MapGet("/assets/{name}", (HttpContext context, string name) => PageAssets.WriteAsync(context, name));
    }
}
