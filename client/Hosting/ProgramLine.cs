namespace OrleansLlm.Client.Hosting;

/// <summary>What a program says of itself on its standard output, beside its log.</summary>
internal static class ProgramLine
{
    /// <summary>Longest wait for whoever reads it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Says <paramref name="text"/>.</summary>
    public static Task SayAsync(string text) => SayAsync(() => Console.WriteLine(text));

    /// <summary>Says something, and goes on where nobody takes it: while the pipe of a reader that has stopped is full, whoever writes to it waits.</summary>
    public static Task SayAsync(Action say) => Task.WhenAny(Task.Run(say), Task.Delay(Patience));
}
