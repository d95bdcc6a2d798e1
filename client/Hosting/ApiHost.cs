using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Orleans.Configuration;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Endpoints;
using OrleansLlm.Client.Hosting.Tls;
using OrleansLlm.Client.Logging;
using OrleansLlm.Client.OpenApi;
using OrleansLlm.Client.Telemetry;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using StackExchange.Redis;

namespace OrleansLlm.Client.Hosting;

/// <summary>
/// The stand-alone API: the HTTP endpoints on an Orleans client. It holds no grains, no models and no provider key; silos do the work
/// and are found through the Redis that they share.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private static readonly TimeSpan s_readyTimeout = TimeSpan.FromSeconds(2);

    private static readonly SettingSections s_sections = new(
        new Dictionary<string, Type>
        {
            ["Api"] = typeof(ApiOptions),
            ["Layers"] = typeof(LayersOptions),
            ["Jwt"] = typeof(JwtOptions),
            ["Tenants"] = typeof(Dictionary<string, TenantOptions>),
            ["Store"] = typeof(StoreOptions),
            ["Log"] = typeof(LogOptions),
            ["Cluster"] = typeof(ClusterSettings),
        },
        // One file may serve silos and APIs; these the silos check.
        ["Cache", "Risk", "Budgets", "Routing", "Fallback", "Resilience", "Compression", "Gateway", "Ledger", "Telemetry", "Inference", "Providers", "Simulator", "Pricing"]);

    private readonly WebApplication _app;

    private ApiHost(WebApplication app) => _app = app;

    /// <summary>Addresses that are listened on, ports filled in.</summary>
    public ICollection<string> Urls => _app.Urls;

    /// <summary>Builds the host, waits for a silo, and returns once requests are served.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot be used; the message names every mistake.</exception>
    public static async Task<ApiHost> StartAsync(ApiHostSettings settings, CancellationToken cancellationToken)
    {
        var builder = GatewayHostDefaults.CreateBuilder(settings);
        var problems = new List<string>();
        s_sections.Check(builder.Configuration, problems);
        ConfigurationException.ThrowIfAny(problems);
        // Times to live are the silos' business.
        var tenants = TenantDirectory.Create(
            s_sections.Bind<Dictionary<string, TenantOptions>>(builder.Configuration),
            s_sections.Bind<LayersOptions>(builder.Configuration),
            TimeSpan.Zero,
            Secrets.Read,
            problems);
        ListenAddresses.Check(settings.Urls, builder.Configuration, tenants, problems);
        var store = s_sections.Bind<StoreOptions>(builder.Configuration);
        if (store.Redis is null)
            problems.Add("OrleansLlm:Store:Redis must name the Redis that the silos share: a silo with the embedded store stands alone and serves its own API.");
        else
            RedisConnection.Read(store, problems);
        var cluster = s_sections.Bind<ClusterSettings>(builder.Configuration);
        var tls = ClusterTls.Read(cluster, TimeProvider.System, problems);
        var jwt = s_sections.Bind<JwtOptions>(builder.Configuration);
        jwt.Check(tenants.RequiresKey, problems);
        ConfigurationException.ThrowIfAny(problems);
        ListenAddresses.ThrowIfAnyFault(settings.Urls);

        s_sections.AddOptions<JwtOptions>(builder.Services, builder.Configuration);
        JwtAuthentication.Register(builder.Services, jwt);
        builder.Services.AddSingleton<TimeProvider>(new SteadyTimeProvider(TimeProvider.System));
        builder.Services.AddSingleton(tenants);
        s_sections.AddOptions<ApiOptions>(builder.Services, builder.Configuration);
        builder.Services.AddOrleansLlmApi();
        // Connects when the first page is asked for, and goes on trying: requests need no page.
        var redis = new Lazy<ConnectionMultiplexer>(() =>
        {
            var lasting = RedisConnection.Read(store).Clone();
            lasting.AbortOnConnectFail = false;
            return ConnectionMultiplexer.Connect(lasting);
        });
        builder.Services.AddSingleton(redis);
        builder.Services.AddBrowserSessionKeys(_ => redis.Value.GetDatabase());
        builder.Services.AddGatewayOpenTelemetry(
            "orleansllm-api",
            s_sections.Bind<LogOptions>(builder.Configuration).Redact,
            m => m.AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"),
            t => t.AddSource("Microsoft.AspNetCore"));
        AddClusterClient(builder, cluster, tls, RedisConnection.Read(store));
        builder.Services.AddHostedService<GatewayConnections>();

        var app = builder.Build();
        tls?.LogTo(app.Services.GetRequiredService<ILogger<ClusterTls>>());
        try
        {
            app.UseFailureResponse();
            app.UseKeylessGuard();
            app.RequireOperator("/metrics");
            app.MapOrleansLlmApi();
            app.MapGet("/health/live", static () => Results.Json(new HealthDocument("live"), AdminJson.Default.HealthDocument)).Describe(ProcessOperations.Live);
            app.MapGet("/health/ready", ReadyAsync).Describe(ProcessOperations.Ready);
            app.MapPrometheusScrapingEndpoint("/metrics").Describe(ProcessOperations.Metrics);
            await app.StartAsync(cancellationToken);
            return new ApiHost(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => GatewayHostDefaults.WaitForShutdownAsync(_app, cancellationToken);

    /// <summary>Stops admitting and finishes what is in flight.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void AddClusterClient(WebApplicationBuilder builder, ClusterSettings cluster, ClusterTls? tls, ConfigurationOptions redis) =>
        builder.Host.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(o =>
            {
                o.ClusterId = cluster.ClusterId;
                o.ServiceId = cluster.ServiceId;
            });
            if (tls is not null)
                client.UseTls(tls.Apply);
            client.UseRedisClustering(o => o.ConfigurationOptions = redis);
            GatewayList.Register(client.Services);
            client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = ResponseTimeouts.Default);
            // A silo that is out of reach keeps its connection, and what is sent by it is lost, until the list of living silos says that it is none.
            client.Configure<GatewayOptions>(static o => o.GatewayListRefreshPeriod = GatewayConnections.Interval);
            client.AddOutgoingGrainCallFilter<RejectedCallFilter>();
            if (GatewayOpenTelemetry.IsCollected)
                client.AddActivityPropagation();
            client.UseConnectionRetryFilter<FirstSilo>();
        });

    private static async Task<IResult> ReadyAsync(IClusterClient cluster)
    {
        try
        {
            await cluster.GetGrain<ICatalogGrain>(0).ListAsync().AsTask().WaitAsync(s_readyTimeout);
            return Results.Json(new HealthDocument("ready"), AdminJson.Default.HealthDocument);
        }
        catch (Exception)
        {
            return Results.Json(new HealthDocument("no silo answers"), AdminJson.Default.HealthDocument, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
