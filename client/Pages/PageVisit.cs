using OrleansLlm.Client.Pages.SignIn;

namespace OrleansLlm.Client.Pages;

/// <summary>Lets only who has signed in reach a page, and says in words where the cluster does not answer.</summary>
internal sealed class PageVisit(BrowserSession sessions, PageResponse pages, ILogger<PageVisit> logger)
{
    public async Task ServeAsync(HttpContext context, Func<PageUser, Task> serve)
    {
        PageUser? user = null;
        try
        {
            user = await sessions.FindAsync(context);
            if (user is null)
                context.Response.Redirect(SignInHandler.Path + "?return=" + Uri.EscapeDataString(context.Request.Path));
            else
                await serve(user);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The browser has gone.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            ApiLog.PageFailed(logger, e, context.Request.Path);
            // What a page that broke off had set would stand in the way of the next.
            context.Response.Clear();
            await pages.ProblemAsync(
                context, user, StatusCodes.Status503ServiceUnavailable, "Not available now", "The cluster or its store does not answer. Requests are served all the same; try again in a moment.");
        }
    }
}
