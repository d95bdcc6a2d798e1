namespace OrleansLlm.Cluster.Tests.Commands;

/// <summary>Runs a command of the program to its end, as a process of its own.</summary>
internal static class CommandRun
{
    public static Task<ProgramRun> OfAsync(string folder, params string[] arguments) => OfAsync(folder, [], arguments);

    public static Task<ProgramRun> OfAsync(string folder, (string Name, string Value)[] environment, params string[] arguments) => ProgramRun.OfAsync(
        folder,
        environment.Select(static e => KeyValuePair.Create(e.Name, e.Value)),
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "orleansllm.dll"), .. arguments]);
}
