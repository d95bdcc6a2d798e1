namespace OrleansLlm.Client.Pages.Savings;

/// <summary><c>GET /</c> and the part of it that is fetched again every few seconds.</summary>
internal sealed class SavingsHandler(PageVisit visit, SavingsReader reader, PageResponse pages)
{
    public Task ShowAsync(HttpContext context) => visit.ServeAsync(context, async user =>
    {
        var tenant = context.Request.Query["tenant"].ToString();
        if (user.Choose(tenant) is not { } tenants)
            await pages.ProblemAsync(context, user, StatusCodes.Status404NotFound, "No such tenant", "There is no such tenant, or your key does not show it.");
        else
            await pages.PageAsync<SavingsPage>(context, "Savings", user, await reader.ReadAsync(context.Request.Query["days"], tenant, tenants));
    });

    public Task LatestAsync(HttpContext context) => visit.ServeAsync(context, async user =>
    {
        if (user.Choose(context.Request.Query["tenant"].ToString()) is not { } tenants)
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else
            await PageResponse.PartAsync<LiveRequests>(context, await reader.LatestAsync(tenants));
    });
}
