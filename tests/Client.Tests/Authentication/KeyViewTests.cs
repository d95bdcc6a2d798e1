using System.Reflection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Tests.Authentication;

public sealed class KeyViewTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Find_RegistryDoesNotAnswer_NobodyWaitsForTheOthers()
    {
        using var keys = new KeyView(Silent.Cluster(), new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), _time, NullLogger<KeyView>.Instance);
        var asked = Enumerable.Range(0, 50).Select(_ => keys.FindAsync(KeyText.New(KeyText.NewId())).AsTask()).ToList();
        _time.Advance(TimeSpan.FromSeconds(2));

        foreach (var found in asked)
            await Assert.ThrowsAsync<KeysUnknownException>(() => found.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    // A registry that takes every call and answers none, as one does whose silo hangs.
    public class Silent : DispatchProxy
    {
        internal static IClusterClient Cluster() => Create<IClusterClient, Silent>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var returned = targetMethod!.ReturnType;
            return returned == typeof(IKeyRegistryGrain) ? Create<IKeyRegistryGrain, Silent>() : Activator.CreateInstance(returned, new TaskCompletionSource<KeyPage>().Task);
        }
    }
}
