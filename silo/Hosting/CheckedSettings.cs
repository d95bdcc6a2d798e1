using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Client.Hosting.Tls;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Alerts;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Ledger;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Hosting;

/// <summary>What a configuration without mistakes yields. Nothing is started and nobody is called.</summary>
/// <param name="Tenants">The tenants with their keys.</param>
/// <param name="Cipher">Seals stored answers; null where none is configured.</param>
/// <param name="Acceptance">The cache's acceptance policy.</param>
/// <param name="Routes">How each tenant's requests are routed.</param>
/// <param name="Stakes">Tells questions whose wrong answer is costly.</param>
/// <param name="Compression">How far each tenant's documents are compressed.</param>
/// <param name="Postgres">Takes the ledger's entries as well; null where none is configured. It has connected to nothing yet.</param>
/// <param name="Webhook">Where budget alerts go; null where none is configured.</param>
/// <param name="Tls">TLS between silos and with APIs; null where none is configured.</param>
internal sealed record CheckedSettings(
    TenantDirectory Tenants, ShardCipher? Cipher, AcceptancePolicySource Acceptance, RouteProfiles Routes, StakesSource Stakes, CompressionProfiles Compression, PostgresLedgerSink? Postgres,
    WebhookTarget? Webhook, ClusterTls? Tls)
{
    /// <summary>Reads the configuration of a silo that listens on <paramref name="urls"/>.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; the message names every mistake.</exception>
    public static CheckedSettings Read(IConfiguration configuration, string urls)
    {
        var problems = new List<string>();
        OptionsSections.All.Check(configuration, problems);
        ConfigurationException.ThrowIfAny(problems);
        var tenants = CreateTenants(configuration, problems);
        ListenAddresses.Check(urls, configuration, tenants, problems);
        OptionsSections.All.Bind<JwtOptions>(configuration).Check(tenants.RequiresKey, problems);
        var routes = LoadRoutes(configuration, tenants, problems);
        var compression = CompressionProfiles.Load(
            OptionsSections.All.Bind<CompressionOptions>(configuration),
            OptionsSections.All.Bind<Dictionary<string, TenantOptions>>(configuration),
            OptionsSections.All.Bind<InferenceOptions>(configuration).TokenClassifier is not null,
            problems);
        var cipher = CreateCipher(OptionsSections.All.Bind<CacheOptions>(configuration), problems);
        var acceptance = LoadAcceptance(configuration, problems);
        var stakes = StakesSource.Load(OptionsSections.All.Bind<InferenceOptions>(configuration).ModelsDirectory);
        var providers = OptionsSections.All.Bind<ProvidersOptions>(configuration);
        problems.AddRange(UpstreamServices.Problems(configuration));
        ClusterEndpoints.Check(OptionsSections.All.Bind<ClusterSettings>(configuration), problems);
        problems.AddRange(OptionsSections.All.Bind<FallbackOptions>(configuration).Problems(providers.Serves));
        var postgres = PostgresLedgerSink.Create(OptionsSections.All.Bind<LedgerOptions>(configuration), problems);
        var webhook = WebhookTarget.Read(OptionsSections.All.Bind<BudgetOptions>(configuration), problems);
        var tls = ClusterTls.Read(OptionsSections.All.Bind<ClusterSettings>(configuration), TimeProvider.System, problems);
        var store = OptionsSections.All.Bind<StoreOptions>(configuration);
        if (store.Redis is not null)
            RedisConnection.Read(store, problems);
        ConfigurationException.ThrowIfAny(problems);
        return new CheckedSettings(tenants, cipher, acceptance, routes, stakes, compression, postgres, webhook, tls);
    }

    /// <summary>The same beside the models that were loaded: what was fitted on others is not used.</summary>
    /// <exception cref="ConfigurationException">It was asked for.</exception>
    public CheckedSettings For(InferenceEngine engine, IConfiguration configuration)
    {
        var acceptance = Acceptance.For(engine.ModelSha256);
        if (acceptance.Problem is { } problem && OptionsSections.All.Bind<CacheOptions>(configuration).AcceptanceFile is not null)
            throw new ConfigurationException(Unusable(problem));
        return this with { Acceptance = acceptance, Stakes = Stakes.For(engine.EmbeddingModelId) };
    }

    private static TenantDirectory CreateTenants(IConfiguration configuration, List<string> problems) => TenantDirectory.Create(
        OptionsSections.All.Bind<Dictionary<string, TenantOptions>>(configuration),
        OptionsSections.All.Bind<LayersOptions>(configuration),
        OptionsSections.All.Bind<CacheOptions>(configuration).TimeToLive,
        Secrets.Read,
        problems);

    private static RouteProfiles LoadRoutes(IConfiguration configuration, TenantDirectory tenants, List<string> problems)
    {
        var prices = PriceCatalog.Default;
        try
        {
            prices = OptionsSections.All.Bind<PricingOptions>(configuration).ToCatalog();
        }
        catch (ConfigurationException e)
        {
            problems.Add(e.Message);
        }

        return RouteProfiles.Load(OptionsSections.All.Bind<RoutingOptions>(configuration), tenants.TenantIds, m => prices.Find(m), problems);
    }

    private static ShardCipher? CreateCipher(CacheOptions options, List<string> problems)
    {
        if (options.EncryptionKeyVariable is null && options.EncryptionKeyFile is null)
            return null;
        var cipher = Secrets.Read(options.EncryptionKeyVariable, options.EncryptionKeyFile) is { } key ? ShardCipher.FromBase64(key) : null;
        if (cipher is null)
        {
            problems.Add(
                $"OrleansLlm:Cache:{(options.EncryptionKeyVariable is null ? "EncryptionKeyFile" : "EncryptionKeyVariable")} names "
                + $"'{options.EncryptionKeyVariable ?? options.EncryptionKeyFile}', which is not there or holds no Base64 key of 32 bytes (openssl rand -base64 32).");
        }

        return cipher;
    }

    // The shipped policy may be missing: then nothing is matched by meaning. One that was asked for must be there.
    private static AcceptancePolicySource LoadAcceptance(IConfiguration configuration, List<string> problems)
    {
        var file = OptionsSections.All.Bind<CacheOptions>(configuration).AcceptanceFile;
        var source = AcceptancePolicySource.Load(file, OptionsSections.All.Bind<InferenceOptions>(configuration).ModelsDirectory);
        if (file is not null && source.Problem is { } problem)
            problems.Add(Unusable(problem));
        return source;
    }

    private static string Unusable(string problem) => "OrleansLlm:Cache:AcceptanceFile cannot be used: " + problem;
}
