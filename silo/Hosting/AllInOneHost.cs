using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OrleansLlm.Client;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Client.Hosting.Tls;
using OrleansLlm.Client.Logging;
using OrleansLlm.Client.OpenApi;
using OrleansLlm.Client.Telemetry;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Routing;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Tenants;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Alerts;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Storage;
using OrleansLlm.Silo.Upstream;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Hosting;

/// <summary>The composition root: silo, API, models and store in one process.</summary>
internal sealed class AllInOneHost : IAsyncDisposable
{
    // For good.
    private static readonly TimeSpan KeyLogLifetime = TimeSpan.FromDays(36_500);

    // Beyond the longest window, a month.
    private static readonly TimeSpan BudgetLogLifetime = TimeSpan.FromDays(62);

    // What is under way, and then the shards' hand-over.
    private static readonly TimeSpan LeaveLimit = GatewayHostDefaults.DrainLimit + TimeSpan.FromSeconds(25);

    private static readonly TimeSpan UnreachableStoreLimit = TimeSpan.FromSeconds(3);

    /// <summary>How long <see cref="DisposeAsync"/> may take: whoever ends the process earlier loses what it still writes.</summary>
    public static TimeSpan StopLimit { get; } = GatewayHostDefaults.DrainLimit + LeaveLimit + (2 * UnreachableStoreLimit) + EmbeddedGarnet.ClosingLimit;

    private readonly WebApplication _app;
    private readonly StoreConnection _store;
    private readonly ConnectionMultiplexer _redis;
    // Its own; null where others share the models.
    private readonly InferenceEngine? _engine;

    private readonly ILoggerFactory _loggers;

    private AllInOneHost(WebApplication app, StoreConnection store, ConnectionMultiplexer redis, InferenceEngine? engine, ILoggerFactory loggers)
    {
        _app = app;
        _store = store;
        _redis = redis;
        _engine = engine;
        _loggers = loggers;
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Addresses that are listened on, ports filled in.</summary>
    public ICollection<string> Urls => _app.Urls;

    public string StoreDescription => _store.Description;

    /// <summary>Builds, starts and returns the host once it serves requests.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot be used; the message names every mistake.</exception>
    public static async Task<AllInOneHost> StartAsync(HostSettings settings, CancellationToken cancellationToken)
    {
        var builder = GatewayHostDefaults.CreateBuilder(settings);
        var checkedSettings = CheckedSettings.Read(builder.Configuration, settings.Urls);
        ListenAddresses.ThrowIfAnyFault(settings.Urls);
        DataDirectory.Prepare(settings.DataDirectory);
        var compressor = new ConversationCompressor(new PromptCompressor());
        var layers = LayersOf(checkedSettings.Tenants);
        var warmUp = layers.Compression ? Task.Run(() => CompressionWarmUp.RunAsync(compressor), CancellationToken.None) : Task.CompletedTask;
        // Of what is there before the host is, and after it.
        var loggers = LoggerFactory.Create(l => GatewayHostDefaults.ConfigureLogging(l, builder.Configuration, settings));
        TimeProvider time = new SteadyTimeProvider(TimeProvider.System);
        StoreConnection? store = null;
        InferenceEngine? ownEngine = null;
        ConnectionMultiplexer? redis = null;
        WebApplication? app = null;
        try
        {
            store = StoreConnection.Open(OptionsSections.All.Bind<StoreOptions>(builder.Configuration), settings.DataDirectory, loggers);
            redis = await ConnectionMultiplexer.ConnectAsync(store.Options);
            // It connects in the background where it cannot at once. Asked first by Orleans, a store that is away would be told of in pages of stacks.
            await redis.GetDatabase().PingAsync();
            // Of the embedded store this process is the only possible member: what an earlier one left there is dead.
            if (store.Garnet is not null)
                await redis.GetDatabase().KeyDeleteAsync(SiloComposition.MembershipKey);

            if (settings.Engine is not { } engine)
                engine = ownEngine = InferenceEngine.Start(OptionsSections.All.Bind<InferenceOptions>(builder.Configuration), time, loggers, layers);

            if (engine.Models.All(m => m.Loaded || m.Name is not ("router" or "embedder")))
                ConfigurationException.ThrowIfAny(checkedSettings.Routes.ProblemsWith(engine.RouterModelId, engine.EmbeddingModelId));
            checkedSettings = checkedSettings.For(engine, builder.Configuration);
            AddServices(builder, settings, checkedSettings, store, redis, engine, time);
            builder.Services.AddSingleton(compressor);
            if (checkedSettings.Postgres is { } postgres)
                builder.Services.AddSingleton<ILedgerSink>(_ => postgres);
            builder.AddSilo(store, engine, checkedSettings.Tls, LongestTimeToLive(checkedSettings.Tenants));
            app = builder.Build();
            checkedSettings.Tls?.LogTo(app.Services.GetRequiredService<ILogger<ClusterTls>>());
            app.Services.GetRequiredService<GatewayTelemetry>().ObserveLanes(() => engine.QueueDepths);
            app.UseFailureResponse();
            app.UseKeylessGuard();
            app.RequireOperator("/orleans");
            app.RequireOperator("/metrics");
            // What grains hold is questions and answers, and no operator's business.
            app.UseWhen(
                static c => c.Request.Path.StartsWithSegments("/orleans/GrainState"),
                static branch => branch.Run(static c =>
                {
                    c.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                }));
            app.UseOrleansDashboard("/orleans");
            app.MapOrleansLlmApi();
            app.MapHealth();
            app.MapPrometheusScrapingEndpoint("/metrics").Describe(ProcessOperations.Metrics);
            if (checkedSettings.Acceptance.Problem is { } problem)
                HostLog.AcceptanceNotLoaded(app.Services.GetRequiredService<ILogger<AllInOneHost>>(), problem);
            if (checkedSettings.Stakes.Problem is { } unknown && checkedSettings.Routes.KeepUp)
                HostLog.StakesNotLoaded(app.Services.GetRequiredService<ILogger<AllInOneHost>>(), unknown);
            foreach (var (path, threshold) in checkedSettings.Routes.LowThresholds)
                RoutingLog.LowThreshold(app.Services.GetRequiredService<ILogger<RouteProfiles>>(), path, threshold);
            await warmUp;
            await app.StartAsync(cancellationToken);
            app.Services.GetRequiredService<GatewayTelemetry>().BeginAtNothing();
            return new AllInOneHost(app, store, redis, ownEngine, loggers);
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            if (ownEngine is not null)
                await ownEngine.DisposeAsync();
            if (redis is not null)
                await redis.DisposeAsync();
            store?.Dispose();
            loggers.Dispose();
            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => GatewayHostDefaults.WaitForShutdownAsync(_app, cancellationToken);

    /// <summary>Stops admitting, finishes what is in flight, flushes ledger and shards, then lets go of models and store.</summary>
    public async ValueTask DisposeAsync()
    {
        var log = _app.Services.GetRequiredService<ILogger<AllInOneHost>>();
        using (var drain = new CancellationTokenSource(GatewayHostDefaults.DrainLimit))
            await _app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().StopAsync(drain.Token);

        // A silo cannot leave a membership that it cannot reach, and would try for minutes, whatever its token says.
        var limit = LeaveLimit;
        if (!await _store.IsReachableAsync(_redis, UnreachableStoreLimit))
        {
            limit = UnreachableStoreLimit;
            await FinishAsync().WaitAsync(GatewayHostDefaults.DrainLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else if (_store.Garnet is not null)
        {
            // Alone it can wake no grain any more once it says that it leaves: what is stored and booked behind the last answers, it does before.
            await FinishAndBookAsync().WaitAsync(UnreachableStoreLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            using var leave = new CancellationTokenSource(limit);
            await StopAsync(leave.Token).WaitAsync(limit + UnreachableStoreLimit);
        }
        catch (TimeoutException)
        {
            HostLog.LeftBehind(log);
        }

        if (_engine is not null)
            await _engine.DisposeAsync();
        await _redis.DisposeAsync();
        _store.Dispose();
        _loggers.Dispose();
    }

    // The silo's departure does it where the cluster can be told.
    private Task FinishAsync()
    {
        var requests = _app.Services.GetRequiredService<RequestsUnderWay>();
        requests.Leave();
        return requests.Idle;
    }

    private async Task FinishAndBookAsync()
    {
        await FinishAsync();
        await _app.Services.GetRequiredService<LedgerWriter>().FlushAsync();
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StopAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        await _app.DisposeAsync();
    }

    // A shadow asks its layer's models as well as one that acts.
    private static LayersInUse LayersOf(TenantDirectory tenants)
    {
        return new(IsUsed(static p => p.Cache), IsUsed(static p => p.Routing), IsUsed(static p => p.Compression));

        bool IsUsed(Func<TenantPolicy, LayerMode> layer) => tenants.TenantIds.Any(t => layer(tenants.FindPolicy(t)!) != LayerMode.Off);
    }

    private static void AddServices(
        WebApplicationBuilder builder, HostSettings settings, CheckedSettings checkedSettings, StoreConnection store, ConnectionMultiplexer redis, InferenceEngine engine, TimeProvider time)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        services.AddSingleton(time);
        services.Configure<HostOptions>(static o => o.ShutdownTimeout = LeaveLimit);
        services.AddSingleton(checkedSettings.Tenants);
        services.AddSingleton(checkedSettings.Routes);
        services.AddSingleton(checkedSettings.Compression);
        services.AddSingleton(new ShardCipherSource(checkedSettings.Cipher));
        services.AddSingleton(store);
        services.AddSingleton<EmbeddedStoreWatch>();
        services.AddHostedService(static s => s.GetRequiredService<EmbeddedStoreWatch>());
        services.AddSingleton<IConnectionMultiplexer>(redis);
        services.AddSingleton(engine);
        OptionsSections.All.AddOptions<ApiOptions>(services, configuration);
        OptionsSections.All.AddOptions<CacheOptions>(services, configuration);
        OptionsSections.All.AddOptions<RiskOptions>(services, configuration);
        OptionsSections.All.AddOptions<RoutingOptions>(services, configuration);
        OptionsSections.All.AddOptions<FallbackOptions>(services, configuration);
        OptionsSections.All.AddOptions<CompressionOptions>(services, configuration);
        OptionsSections.All.AddOptions<QueryGatewayOptions>(services, configuration);
        OptionsSections.All.AddOptions<LedgerOptions>(services, configuration);
        OptionsSections.All.AddOptions<TelemetryOptions>(services, configuration);
        services.PostConfigure<LedgerOptions>(o => o.JournalDirectory ??= DataDirectory.JournalOf(settings.DataDirectory));
        OptionsSections.All.AddOptions<BudgetOptions>(services, configuration);
        services.AddSingleton(OptionsSections.All.Bind<PricingOptions>(configuration).ToCatalog());
        services.AddSingleton(checkedSettings.Acceptance);
        services.AddSingleton(checkedSettings.Stakes);
        services.AddSingleton<ILedgerStore, RedisLedgerStore>();
        AddBulk(services, settings, store, redis, LongestTimeToLive(checkedSettings.Tenants) + TimeSpan.FromDays(1));
        services.AddAlerts(checkedSettings.Webhook);
        services.AddSingleton(new KeyStore(new RedisShardStore(redis, KeyLogLifetime)));
        services.AddSingleton(new BudgetStore(new RedisShardStore(redis, BudgetLogLifetime)));
        services.AddGateway();
        services.AddUpstreams(configuration);
        if (settings.WrapUpstreams is { } wrap)
        {
            var configured = services.Last(s => s.ServiceType == typeof(IUpstreamCatalog)).ImplementationFactory!;
            services.Replace(ServiceDescriptor.Singleton<IUpstreamCatalog>(s => wrap(s, (IUpstreamCatalog)configured(s))));
        }

        OptionsSections.All.AddOptions<JwtOptions>(services, configuration);
        JwtAuthentication.Register(services, OptionsSections.All.Bind<JwtOptions>(configuration));
        services.AddOrleansLlmApi();
        services.AddBrowserSessionKeys(static s => s.GetRequiredService<IConnectionMultiplexer>().GetDatabase());
        services.AddGatewayOpenTelemetry(
            "orleansllm",
            OptionsSections.All.Bind<LogOptions>(configuration).Redact,
            // By name: the instrumentation's own way puts itself around every request, to repeat a status of 500 as a kind of error.
            m => m.AddMeter(GatewayTelemetry.MeterName, GenAiTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel").AddRuntimeInstrumentation(),
            t => t.AddAspNetCoreInstrumentation().AddSource(GenAiTelemetry.Name, "System.Net.Http"));
    }

    // What grows with requests: in a Redis that silos share, or in files beside the embedded store, which keeps in memory whatever it is told.
    private static void AddBulk(IServiceCollection services, HostSettings settings, StoreConnection store, IConnectionMultiplexer redis, TimeSpan shardLifetime)
    {
        if (store.Garnet is null)
        {
            services.AddSingleton<IShardStore>(new RedisShardStore(redis, shardLifetime));
            services.AddSingleton<ILedgerEntries, RedisLedgerEntries>();
            return;
        }

        services.AddSingleton<FileSync>();
        services.AddHostedService(static s => s.GetRequiredService<FileSync>());
        services.AddSingleton(s => new FileShardStore(DataDirectory.ShardsOf(settings.DataDirectory), s.GetRequiredService<FileSync>()));
        services.AddSingleton<IShardStore>(static s => s.GetRequiredService<FileShardStore>());
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<LedgerEntryFiles>(s, DataDirectory.EntriesOf(settings.DataDirectory)));
        services.AddSingleton<ILedgerEntries, FileLedgerEntries>();
        services.AddHostedService(s => ActivatorUtilities.CreateInstance<FileRetention>(s, shardLifetime));
    }

    private static TimeSpan LongestTimeToLive(TenantDirectory tenants) => tenants.TenantIds.Max(t => tenants.PolicyOf(t).CacheTimeToLive);
}
