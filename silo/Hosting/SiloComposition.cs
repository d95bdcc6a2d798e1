using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Client.Hosting.Tls;
using OrleansLlm.Client.Telemetry;
using OrleansLlm.Grains.Abstractions;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Hosting;

/// <summary>The Orleans half of the composition: how a silo joins its cluster, keeps its grains' state and leaves again.</summary>
internal static class SiloComposition
{
    /// <summary>Where the embedded store keeps the membership.</summary>
    public const string MembershipKey = "orleansllm:members";

    // A silo from which nothing has come for so long, and which answered none of three probes, one of them by way of another silo, is given up. Silos write to
    // each other all the time; no collection and no busy machine keeps one silent for as long.
    private static readonly TimeSpan s_silentTime = TimeSpan.FromSeconds(15);

    // Places of grains that this silo asks in others; each is asked again and again, or not for long.
    private const int DirectoryCache = 50_000;

    /// <summary>Adds the silo.</summary>
    /// <param name="builder">Of the host.</param>
    /// <param name="store">Where membership and state are kept; an embedded one makes this the only silo.</param>
    /// <param name="engine">Its accelerated lanes are told to the others.</param>
    /// <param name="tls">Between silos and with APIs; null for none.</param>
    /// <param name="longestTimeToLive">Of any tenant's answers.</param>
    /// <exception cref="ConfigurationException">A port of the cluster cannot be listened on.</exception>
    public static void AddSilo(this WebApplicationBuilder builder, StoreConnection store, InferenceEngine engine, ClusterTls? tls, TimeSpan longestTimeToLive)
    {
        var cluster = OptionsSections.All.Bind<ClusterSettings>(builder.Configuration);
        var alone = store.Garnet is not null;
        // Orleans waits for its store where our own layers fail fast: membership must survive a short silence.
        var redis = store.Options.Clone();
        redis.BacklogPolicy = BacklogPolicy.Default;
        var endpoints = ClusterEndpoints.Of(cluster, alone);
        ConfigurationException.ThrowIfAny([.. endpoints.Faults().Select(static f => f.ToString())]);
        builder.Host.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o =>
            {
                o.ClusterId = cluster.ClusterId;
                o.ServiceId = cluster.ServiceId;
            });
            silo.UseAcceleratorPlacement(engine.AcceleratedLanes, engine.LaneModels);
            silo.UseGatewayPlacement();
            silo.Configure<ClusterMembershipOptions>(o =>
            {
                // A silo that died with nobody beside it is given up by the next one, at whatever address, once its sign of life in the store is
                // three periods old: 15 s, where Orleans' own periods make it minutes.
                o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
                // A vote against a silo does not count while anything has come from it within so long, which Orleans takes from this: its own 20 s make it a
                // minute in which one that is cut off is still asked.
                o.MaxProbeTimeout = s_silentTime / o.NumMissedProbesLimit;
                // A silo that the others gave up learns it by this at the latest, and ends.
                o.TableRefreshTimeout = TimeSpan.FromSeconds(2);
            });
            silo.ConfigureEndpoints(endpoints.Address, endpoints.SiloPort, endpoints.GatewayPort, listenOnAnyHostAddress: endpoints.IsOpen);
            if (tls is not null)
                silo.UseTls(tls.Apply);
            silo.UseRedisClustering(o =>
            {
                o.ConfigurationOptions = redis;
                if (alone)
                    o.CreateRedisKey = _ => MembershipKey;
            });
            silo.AddRedisGrainStorage(CacheStorage.Name, o => o.ConfigurationOptions = redis);
            silo.AddRedisGrainStorage(CacheStorage.Maps, o =>
            {
                o.ConfigurationOptions = redis;
                o.EntryExpiry = 2 * longestTimeToLive + TimeSpan.FromDays(2);
            });
            silo.Configure<SiloMessagingOptions>(o =>
            {
                // Unlimited by default; beyond it a layer hears LimitExceededException and is skipped.
                o.MaxEnqueuedRequestsHardLimit_StatelessWorker = 1024;
                o.CancelRequestOnTimeout = true;
                o.ResponseTimeout = ResponseTimeouts.Default;
            });
            // Nor does the directory keep a lost silo's grains from being activated elsewhere any longer: what two activations of one may do at the same time
            // the epochs in the store decide.
            silo.Configure<GrainDirectoryOptions>(static o =>
            {
                o.RangeLeaseDuration = s_silentTime;
                // Of a million, as by default, an empty table takes 18 MB, and Orleans' own metric of its size walks through all of it: milliseconds of a
                // processor each time that the dashboard or Prometheus reads the metrics.
                o.CacheSize = DirectoryCache;
            });
            // The default one forgets where a leaving silo's share of the grains is, and so deactivates them in the silos that stay, in the middle of
            // their streams. This one hands it over.
#pragma warning disable ORLEANSEXP003 // "Experimental": its fixes may change its contract between versions of Orleans, which are pinned here.
            if (!alone)
                silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloDeparture>();
            // Alone there is nobody who could turn a call away.
            if (!alone)
            {
                silo.AddOutgoingGrainCallFilter<RejectedCallFilter>();
                silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
                    s => new JoinCheck(s.GetRequiredService<IClusterMembershipService>(), s.GetRequiredService<ILocalSiloDetails>(), tls));
            }

            // Filters around every grain call, of use only to whoever collects spans.
            if (GatewayOpenTelemetry.IsCollected)
                silo.AddActivityPropagation();
            silo.AddDashboard(o => o.HideTrace = true);
        });
    }
}
