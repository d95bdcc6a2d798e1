using OrleansLlm.Core.Calibration;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Grains.Routing;

/// <summary>Every tenant's <see cref="RouteProfile"/>, made from the settings once.</summary>
public sealed class RouteProfiles
{
    private const string Section = "OrleansLlm:Routing";

    private readonly RouteProfile _general;
    private readonly Dictionary<string, RouteProfile> _byTenant;

    private RouteProfiles(RouteProfile general, Dictionary<string, RouteProfile> byTenant, bool keepUp)
    {
        _general = general;
        _byTenant = byTenant;
        KeepUp = keepUp;
    }

    /// <summary>Settings whose threshold is below the default, by their path.</summary>
    public IEnumerable<(string Path, double Threshold)> LowThresholds => All.Where(p => p.Profile.Threshold < RoutingPolicy.DefaultThreshold).Select(p => (p.Path, p.Profile.Threshold));

    /// <inheritdoc cref="RoutingOptions.KeepsUp"/>
    public bool KeepUp { get; }

    private IEnumerable<(string Path, RouteProfile Profile)> All => _byTenant.Select(t => ($"{Section}:Tenants:{t.Key}", t.Value)).Prepend((Section, _general));

    /// <summary>Makes the profiles; what is wrong with the settings goes to <paramref name="problems"/>, one sentence each.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="tenants">The tenants that there are.</param>
    /// <param name="priceOf">What a model costs; null where that is unknown.</param>
    /// <param name="problems">Receives the mistakes.</param>
    public static RouteProfiles Load(RoutingOptions options, IReadOnlyCollection<string> tenants, Func<string, ModelPrice?> priceOf, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tenants);
        ArgumentNullException.ThrowIfNull(priceOf);
        ArgumentNullException.ThrowIfNull(problems);
        foreach (var name in options.Tenants.Keys.Where(n => !tenants.Contains(n)))
            problems.Add($"{Section}:Tenants:{name} is not a tenant of OrleansLlm:Tenants.");
        return new RouteProfiles(
            Profile(options, Section, priceOf, problems),
            options.Tenants.ToDictionary(t => t.Key, t => Profile(t.Value, $"{Section}:Tenants:{t.Key}", priceOf, problems), StringComparer.Ordinal),
            options.KeepsUp());
    }

    /// <summary>The profile of a tenant.</summary>
    public RouteProfile Of(string tenantId) => _byTenant.GetValueOrDefault(tenantId, _general);

    /// <summary>One sentence for every head and certificate that was made for other models than those loaded.</summary>
    /// <param name="routerModelId">Names the shipped router's scores.</param>
    /// <param name="embeddingModelId">Names the embedder's.</param>
    public IReadOnlyCollection<string> ProblemsWith(string routerModelId, string embeddingModelId)
    {
        var problems = new List<string>();
        foreach (var (path, profile) in All)
        {
            if (profile.Head is { } head && head.Embedder != embeddingModelId)
                problems.Add($"{path}:Head was fitted on embeddings of {head.Embedder}, but {embeddingModelId} is loaded: fit it again (orleansllm calibrate router --fit).");
            var model = profile.Head?.ModelId() ?? routerModelId;
            if (profile.Certificate is { } certificate && certificate.Model != model)
                problems.Add($"{path}:Certificate is of the model {certificate.Model}, but {model} is loaded: calibrate again (orleansllm calibrate router).");
        }

        return problems;
    }

    private static RouteProfile Profile(RouteOptions options, string path, Func<string, ModelPrice?> priceOf, ICollection<string> problems)
    {
        var ladder = options.Ladder();
        CheckOrder(ladder, path, priceOf, problems);
        var certificate = SettingFile.Read(options.Certificate, path + ":Certificate", RouterCertificate.Read, problems);
        if (certificate is not null && (certificate.Cheapest, certificate.Strongest) != (ladder[0].Model, ladder[^1].Model))
        {
            problems.Add(
                $"{path}:Certificate says when {certificate.Cheapest} is as good as {certificate.Strongest}, but the ladder goes from {ladder[0].Model} to {ladder[^1].Model}: "
                + "calibrate again (orleansllm calibrate router).");
        }

        if (certificate?.KeptUp.Except(options.KeptUp().Select(static k => k.ToString())).ToList() is { Count: > 0 } untested)
        {
            problems.Add(
                $"{path}:Certificate left out questions of the kind {string.Join(" and ", untested)}, which these settings do not keep up any more: calibrate again (orleansllm calibrate router).");
        }

        if (options is { Threshold: not null, MissCost: not null })
            problems.Add($"{path}: Threshold and MissCost exclude each other; set one of them.");
        var threshold = options.Threshold ?? FromMissCost(options, ladder, path, priceOf, problems) ?? certificate?.Threshold ?? RoutingPolicy.DefaultThreshold;
        if (new RoutingSettings(threshold, options.AcceptLowThreshold).Validate() is { } problem)
            problems.Add($"{path}: {problem}");
        if (certificate is not null && threshold < certificate.Threshold)
        {
            problems.Add(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{path}: threshold {threshold:0.00##} is below the certified {certificate.Threshold:0.00}; raise it, or remove the certificate."));
        }

        return new RouteProfile(ladder, threshold, certificate?.Calibration ?? CalibrationMap.Identity, certificate) 
        {
            Head = SettingFile.Read(options.Head, path + ":Head", RouterHead.Read, problems),
            KeptUp = options.KeptUp(),
            Cascade = options.Cascade,
            MayGoDown = !options.StickyConversations,
        };
    }

    private static double? FromMissCost(RouteOptions options, IReadOnlyList<ModelTier> ladder, string path, Func<string, ModelPrice?> priceOf, ICollection<string> problems)
    {
        if (options.MissCost is not { } cost)
            return null;
        if (priceOf(ladder[0].Model) is { } cheap && priceOf(ladder[^1].Model) is { } strong)
            return MissCost.Threshold(Math.Max(0, MissCost.Saving(cheap, strong)), cost);
        problems.Add($"{path}:MissCost needs the prices of {ladder[0].Model} and {ladder[^1].Model}; add them to OrleansLlm:Pricing.");
        return null;
    }

    private static void CheckOrder(IReadOnlyList<ModelTier> ladder, string path, Func<string, ModelPrice?> priceOf, ICollection<string> problems)
    {
        for (var i = 1; i < ladder.Count; i++)
        {
            if (priceOf(ladder[i - 1].Model) is { } lower && priceOf(ladder[i].Model) is { } upper && MissCost.Saving(lower, upper) < 0)
                problems.Add($"{path}:Tiers must go from the cheapest to the strongest, but {ladder[i - 1].Model} is dearer than {ladder[i].Model}.");
        }
    }
}
