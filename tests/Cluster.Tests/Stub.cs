using System.Reflection;

namespace OrleansLlm.Cluster.Tests;

/// <summary>An interface as the test wants it; a class would count as a grain of the test's clusters.</summary>
public class Stub : DispatchProxy
{
    private Func<string, object?[], object?> _answer = null!;

    internal static T Of<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        var stub = Create<T, Stub>();
        ((Stub)(object)stub)._answer = answer;
        return stub;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name, args ?? []);
}
