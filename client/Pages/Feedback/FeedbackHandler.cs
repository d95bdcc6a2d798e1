using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Client.Pages.Feedback;

/// <summary><c>/feedback</c>: answers from the cache that nobody has judged, and the verdicts on them.</summary>
internal sealed class FeedbackHandler(PageVisit visit, PageResponse pages, PageForms forms, IClusterClient cluster, TimeProvider time)
{
    public const string Path = "/feedback";

    private const int Shown = 20;
    private const int MostTenants = 200;
    private const int TenantsAtOnce = 16;
    private const int LongestRequestId = 128;

    public Task ShowAsync(HttpContext context) => visit.ServeAsync(context, async user =>
    {
        var tenant = context.Request.Query["tenant"].ToString();
        if (user.Choose(tenant) is not { } tenants)
        {
            await pages.ProblemAsync(context, user, StatusCodes.Status404NotFound, "No such tenant", "There is no such tenant, or your key does not show it.");
            return;
        }

        var asked = Math.Min(MostTenants, tenants.Count);
        List<PendingAnswer> newest = [];
        foreach (var few in tenants.Take(asked).Chunk(TenantsAtOnce))
        {
            var pending = await Task.WhenAll(few.Select(async t => (await cluster.GetGrain<IFeedbackGrain>(t).PendingAsync(Shown)).Select(a => new PendingAnswer(t, a))));
            newest = [.. newest.Concat(pending.SelectMany(static p => p)).OrderBy(static p => p.Answer.Score is null).ThenByDescending(static p => p.Answer.At).Take(Shown)];
        }

        await pages.PageAsync<FeedbackPage>(
            context, "Feedback", user, new FeedbackView(tenant, asked < tenants.Count ? asked : null, newest, Said(context.Request.Query["done"])));
    });

    public Task JudgeAsync(HttpContext context) => visit.ServeAsync(context, async user =>
    {
        if (await forms.ReadAsync(context) is not { } form)
        {
            await pages.ProblemAsync(context, user, StatusCodes.Status400BadRequest, "Not counted", "The form was too old or not from this page. Open the page again.");
            return;
        }

        var (tenant, requestId, verdict) = (form["tenant"].ToString(), form["request"].ToString(), form["verdict"].ToString());
        if (!user.Tenants.Contains(tenant, StringComparer.Ordinal) || requestId.Length is 0 or > LongestRequestId || verdict is not ("right" or "wrong"))
        {
            await pages.ProblemAsync(context, user, StatusCodes.Status404NotFound, "Not counted", "There is no such answer, or your key does not show it.");
            return;
        }

        var isWrong = verdict == "wrong";
        var outcome = await cluster.GetGrain<IFeedbackGrain>(tenant).JudgeAsync(requestId, isWrong);
        if (isWrong && outcome == HitVerdictOutcome.Taken)
            await Task.Delay(IInvalidationGrain.HoldsAfter, time, context.RequestAborted);
        // Back to whose answers the page showed.
        context.Response.Redirect($"{Path}?tenant={Uri.EscapeDataString(form["shown"].ToString())}&done={(outcome == HitVerdictOutcome.Unknown ? "unknown" : verdict)}");
    });

    private static string? Said(string? done) => done switch
    {
        "right" => "Counted as right.",
        "wrong" => "Counted as wrong: the answer is forgotten and will not be given again.",
        "unknown" => "That answer is too long ago: nothing was counted.",
        _ => null,
    };
}
