using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orleans.Dashboard;

namespace OrleansLlm.Silo.Hosting;

/// <summary>The Orleans dashboard, made when it is first asked for.</summary>
internal static class DashboardBranch
{
    /// <summary>
    /// Serves the dashboard below <paramref name="path"/>. Mapping it packs all of its files, which took almost half of what the host does between its
    /// services and its first request, in every process for the few that somebody watches.
    /// </summary>
    public static void UseOrleansDashboard(this WebApplication app, string path)
    {
        var dashboard = new Lazy<RequestDelegate>(() =>
        {
            var branch = new ApplicationBuilder(app.Services);
            branch.UseRouting();
            branch.UseEndpoints(endpoints => endpoints.MapOrleansDashboard(path));
            return branch.Build();
        });
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(path),
            branch => branch.Run(context => dashboard.Value(context)));
    }
}
