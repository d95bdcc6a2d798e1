using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary>A bar with the time left, on a terminal; nothing where the output goes elsewhere.</summary>
internal static class ProgressBar
{
    /// <summary>Runs work that reports how many of <paramref name="total"/> are done.</summary>
    public static Task<T> RunAsync<T>(string title, int total, Func<Action<int>, Task<T>> work) =>
        RunAsync(title, report => work(done => report(done, total)));

    /// <summary>Runs work that reports how many are done, and of how many.</summary>
    public static async Task<T> RunAsync<T>(string title, Func<Action<long, long>, Task<T>> work)
    {
        if (CommandOutput.IsJson || !AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return await work(static (_, _) => { });
        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(title);
                return work((done, of) =>
                {
                    task.MaxValue = of;
                    task.Value = done;
                });
            });
    }
}
