using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Messaging;

namespace OrleansLlm.Client.Hosting;

/// <summary>
/// The store's list of silos that serve, with a longer memory of those that are not to be asked. A silo that leaves first tells its clients so, and then, a
/// second or more later, the list. Orleans forgets what it was told after <see cref="MaxStaleness"/>, which the store's list takes from how often it is read,
/// here once a second. What is forgotten before it is gone from the list has its connection closed as soon as it is, and what it still answers by that
/// connection, whatever it had under way, is lost.
/// </summary>
/// <param name="store">The store's.</param>
internal sealed class GatewayList(IGatewayListProvider store) : IGatewayListProvider
{
    private IList<Uri> _latest = [];

    /// <summary>What Orleans was told last.</summary>
    public IEnumerable<Uri> Latest => Volatile.Read(ref _latest);

    /// <summary>
    /// Longer than a silo takes between telling its clients and the list, a second and a write to the store. Shorter than one takes to come again at the same
    /// address, since it is not asked that long; so is one that a connection failed with once.
    /// </summary>
    public TimeSpan MaxStaleness { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Of no use to Orleans any more, and still a part of what it asks for.</summary>
    public bool IsUpdatable => true;

    /// <summary>Puts itself before the list that was registered last.</summary>
    public static void Register(IServiceCollection services)
    {
        var registered = services.Last(static s => s.ServiceType == typeof(IGatewayListProvider)).ImplementationType!;
        services.AddSingleton(s => new GatewayList((IGatewayListProvider)ActivatorUtilities.CreateInstance(s, registered)));
        services.Replace(ServiceDescriptor.Singleton<IGatewayListProvider>(static s => s.GetRequiredService<GatewayList>()));
    }

    public Task InitializeGatewayListProvider() => InitializeGatewayListProviderAsync(CancellationToken.None);

    public Task InitializeGatewayListProviderAsync(CancellationToken cancellationToken) => store.InitializeGatewayListProviderAsync(cancellationToken);

    public Task<IList<Uri>> GetGateways() => GetGatewaysAsync(CancellationToken.None);

    public async Task<IList<Uri>> GetGatewaysAsync(CancellationToken cancellationToken)
    {
        var gateways = await store.GetGatewaysAsync(cancellationToken);
        Volatile.Write(ref _latest, gateways);
        return gateways;
    }
}
