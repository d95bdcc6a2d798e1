using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Dashboard;
using OrleansLlm.Client;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Storage;
using OrleansLlm.Silo.Telemetry;
using OrleansLlm.Silo.Upstream;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Hosting;

/// <summary>The composition root: silo, API, models and store in one process.</summary>
internal sealed class AllInOneHost : IAsyncDisposable
{
    private const string MembershipKey = "orleansllm:members";

    private readonly WebApplication _app;
    private readonly StoreConnection _store;
    private readonly InferenceEngine _engine;

    private AllInOneHost(WebApplication app, StoreConnection store, InferenceEngine engine)
    {
        _app = app;
        _store = store;
        _engine = engine;
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Addresses that are listened on, ports filled in.</summary>
    public ICollection<string> Urls => _app.Urls;

    public string StoreDescription => _store.Description;

    /// <summary>Builds, starts and returns the host once it serves requests.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot be used; the message names every mistake.</exception>
    public static async Task<AllInOneHost> StartAsync(HostSettings settings, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        AddConfiguration(builder, settings);
        var problems = new List<string>();
        OptionsSections.Check(builder.Configuration, problems);
        ThrowIfAny(problems);
        var tenants = CreateTenants(builder.Configuration, problems);
        CheckExposure(settings.Urls, tenants, problems);
        CheckRouting(builder.Configuration, problems);
        ThrowIfAny(problems);

        var store = StoreConnection.Open(OptionsSections.Bind<StoreOptions>(builder.Configuration), settings.DataDirectory);
        InferenceEngine? engine = null;
        WebApplication? app = null;
        try
        {
            var redis = await ConnectionMultiplexer.ConnectAsync(store.Options);
            // Of the embedded store this process is the only possible member: what an earlier one left there is dead.
            if (store.Garnet is not null)
                await redis.GetDatabase().KeyDeleteAsync(MembershipKey);

            AddLogging(builder, settings);
            using (var loggers = LoggerFactory.Create(l => CopyLogging(l, builder, settings)))
                engine = InferenceEngine.Start(OptionsSections.Bind<InferenceOptions>(builder.Configuration), TimeProvider.System, loggers);
            AddServices(builder, settings, tenants, store, redis, engine);
            AddSilo(builder, store);
            builder.Services.AddHostedService(s => s.GetRequiredService<LedgerWriter>());
            // Stops before the ledger does: what its last call cost is still written.
            builder.Services.AddHostedService(s => s.GetRequiredService<ShadowVerifier>());

            builder.WebHost.UseUrls(settings.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            builder.WebHost.ConfigureKestrel(k =>
            {
                k.AddServerHeader = false;
                // The endpoint enforces its own limit, with an error in OpenAI's shape.
                k.Limits.MaxRequestBodySize = null;
            });
            app = builder.Build();
            app.RequireOperator("/orleans");
            app.RequireOperator("/metrics");
            app.MapOrleansLlmApi();
            app.MapHealth();
            app.MapOrleansDashboard("/orleans");
            app.MapPrometheusScrapingEndpoint("/metrics");
            await app.StartAsync(cancellationToken);
            return new AllInOneHost(app, store, engine);
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            if (engine is not null)
                await engine.DisposeAsync();
            store.Dispose();
            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops admitting, finishes what is in flight, flushes ledger and shards, then lets go of models and store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _engine.DisposeAsync();
        _store.Dispose();
    }

    private static void ThrowIfAny(List<string> problems)
    {
        if (problems.Count > 0)
            throw new ConfigurationException(problems);
    }

    private static void AddConfiguration(WebApplicationBuilder builder, HostSettings settings)
    {
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        if (settings.ConfigurationFile is { } file)
        {
            if (!File.Exists(file))
                throw new ConfigurationException($"ORLEANSLLM_CONFIG names '{file}', which is not there.");
            builder.Configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
        }

        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(settings.Overrides);
    }

    private static TenantDirectory CreateTenants(IConfiguration configuration, List<string> problems) => TenantDirectory.Create(
        OptionsSections.Bind<Dictionary<string, TenantOptions>>(configuration),
        OptionsSections.Bind<LayersOptions>(configuration),
        OptionsSections.Bind<CacheOptions>(configuration).TimeToLive,
        Secrets.Read,
        problems);

    // Without keys anybody who reaches the port spends the owner's money.
    private static void CheckExposure(string urls, TenantDirectory tenants, List<string> problems)
    {
        if (tenants.RequiresKey)
            return;
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var host = BindingAddress.Parse(url).Host;
            if (host != "localhost" && !(IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
                problems.Add($"{url} is reachable from other machines, and no key is configured: set OrleansLlm:Tenants:NAME:KeyVariable (or KeyHashes, KeyFile), or listen on 127.0.0.1.");
        }
    }

    private static void CheckRouting(IConfiguration configuration, List<string> problems)
    {
        var routing = OptionsSections.Bind<RoutingOptions>(configuration);
        if (new RoutingSettings(routing.Threshold, routing.AcceptLowThreshold).Validate() is { } problem)
            problems.Add($"OrleansLlm:Routing: {problem}");
    }

    private static void AddLogging(WebApplicationBuilder builder, HostSettings settings)
    {
        builder.Logging.ClearProviders();
        CopyLogging(builder.Logging, builder, settings);
    }

    private static void CopyLogging(ILoggingBuilder logging, WebApplicationBuilder builder, HostSettings settings)
    {
        logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        if (settings.LogToConsole)
            logging.AddSimpleConsole(c => c.SingleLine = true);
        if (settings.ExtraLogger is { } extra)
            logging.AddProvider(extra);
    }

    private static void AddServices(
        WebApplicationBuilder builder, HostSettings settings, TenantDirectory tenants, StoreConnection store, IConnectionMultiplexer redis, InferenceEngine engine)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(tenants);
        services.AddSingleton(store);
        services.AddSingleton(redis);
        services.AddSingleton(engine);
        services.AddSection<ApiOptions>(configuration).AddSection<CacheOptions>(configuration).AddSection<RiskOptions>(configuration).AddSection<RoutingOptions>(configuration)
            .AddSection<CompressionOptions>(configuration).AddSection<QueryGatewayOptions>(configuration);
        services.AddSingleton(OptionsSections.Bind<PricingOptions>(configuration).ToCatalog());
        services.AddSingleton(AcceptancePolicySource.Load(OptionsSections.Bind<InferenceOptions>(configuration).ModelsDirectory));
        services.AddSingleton<PromptCompressor>();
        services.AddSingleton<IShardStore, RedisShardStore>();
        services.AddSingleton<ILedgerStore, RedisLedgerStore>();
        services.AddGateway();
        services.AddUpstreams(configuration);
        if (settings.WrapUpstreams is { } wrap)
        {
            var configured = services.Last(s => s.ServiceType == typeof(IUpstreamCatalog)).ImplementationFactory!;
            services.Replace(ServiceDescriptor.Singleton<IUpstreamCatalog>(s => wrap(s, (IUpstreamCatalog)configured(s))));
        }

        services.AddOrleansLlmApi();
        services.AddGatewayTelemetry();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(30));
    }

    private static void AddSilo(WebApplicationBuilder builder, StoreConnection store)
    {
        var cluster = OptionsSections.Bind<ClusterSettings>(builder.Configuration);
        var alone = store.Garnet is not null;
        // Orleans waits for its store where our own layers fail fast: membership must survive a short silence.
        var redis = store.Options.Clone();
        redis.BacklogPolicy = BacklogPolicy.Default;
        var address = IPAddress.Parse(cluster.AdvertisedAddress ?? Environment.GetEnvironmentVariable("POD_IP") ?? "127.0.0.1");
        var siloPort = cluster.SiloPort != 0 ? cluster.SiloPort : alone ? FreePort() : EndpointOptions.DEFAULT_SILO_PORT;
        var gatewayPort = cluster.GatewayPort != 0 ? cluster.GatewayPort : alone ? FreePort() : EndpointOptions.DEFAULT_GATEWAY_PORT;
        builder.Host.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(o =>
            {
                o.ClusterId = cluster.ClusterId;
                o.ServiceId = cluster.ServiceId;
            });
            silo.ConfigureEndpoints(address, siloPort, gatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
            silo.UseRedisClustering(o =>
            {
                o.ConfigurationOptions = redis;
                if (alone)
                    o.CreateRedisKey = _ => MembershipKey;
            });
            silo.AddRedisGrainStorage(CacheStorage.Name, o => o.ConfigurationOptions = redis);
            silo.Configure<SiloMessagingOptions>(o =>
            {
                // Unlimited by default; beyond it a layer hears LimitExceededException and is skipped.
                o.MaxEnqueuedRequestsHardLimit_StatelessWorker = 1024;
                o.CancelRequestOnTimeout = true;
                // A plain answer of a reasoning model may take minutes; the gateway has its own deadlines.
                o.ResponseTimeout = TimeSpan.FromMinutes(30);
            });
            silo.AddActivityPropagation();
            silo.AddDashboard(o => o.HideTrace = true);
        });
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
