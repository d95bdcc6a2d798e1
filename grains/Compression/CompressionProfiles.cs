using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Calibration;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Compression;

/// <summary>How far each tenant's documents are compressed, made from the settings once.</summary>
public sealed class CompressionProfiles
{
    private const string Section = "OrleansLlm:Compression";

    private readonly CompressionProfile _general;
    private readonly Dictionary<string, CompressionProfile> _byTenant;

    private CompressionProfiles(CompressionProfile general, Dictionary<string, CompressionProfile> byTenant)
    {
        _general = general;
        _byTenant = byTenant;
    }

    /// <summary>Makes the profiles; what is wrong with the settings goes to <paramref name="problems"/>, one sentence each.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="tenants">The tenants'.</param>
    /// <param name="hasTokenClassifier">Whether one is named.</param>
    /// <param name="problems">Receives the mistakes.</param>
    public static CompressionProfiles Load(
        CompressionOptions options, IReadOnlyDictionary<string, TenantOptions> tenants, bool hasTokenClassifier, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tenants);
        ArgumentNullException.ThrowIfNull(problems);
        var settings = options.ToSettings();
        if (options is { QualityFloor: not null, TokenBudget: not null })
            problems.Add($"{Section}: QualityFloor and TokenBudget exclude each other; set one of them.");
        var general = Profile(Section + ":", settings, options.QualityFloor, options.Certificates, problems);
        foreach (var (path, strategy) in tenants.Select(t => ($"OrleansLlm:Tenants:{t.Key}:CompressionStrategy", t.Value.CompressionStrategy)).Append(($"{Section}:Strategy", options.Strategy)))
        {
            if (strategy == CompressionStrategy.LlmLingua2 && !hasTokenClassifier)
                problems.Add($"{path}: LlmLingua2 needs a model: name its folder in OrleansLlm:Inference:TokenClassifier.");
        }

        return new CompressionProfiles(general, tenants.ToDictionary(t => t.Key, t => Profile(t.Key, t.Value, options, settings, problems), StringComparer.Ordinal));
    }

    /// <summary>How far documents of a tenant's request to <paramref name="model"/> are compressed.</summary>
    public CompressionSettings For(string tenantId, string model) => _byTenant.GetValueOrDefault(tenantId, _general).For(model);

    private static CompressionProfile Profile(string name, TenantOptions tenant, CompressionOptions options, CompressionSettings settings, ICollection<string> problems)
    {
        var path = $"OrleansLlm:Tenants:{name}:Compression";
        var isBound = tenant.CompressionKeepRate is not null || tenant.CompressionTokenBudget is not null;
        if (isBound && tenant.CompressionQualityFloor is not null)
            problems.Add($"{path}QualityFloor excludes {path}KeepRate and {path}TokenBudget; set one of them.");
        // A tenant's own share, budget or floor is not overruled by everybody's.
        var floor = tenant.CompressionQualityFloor ?? (isBound ? null : options.QualityFloor);
        var own = settings with
        {
            KeepRate = tenant.CompressionKeepRate ?? settings.KeepRate,
            TokenBudget = tenant.CompressionTokenBudget ?? (tenant.CompressionKeepRate is null && floor is null ? settings.TokenBudget : null),
            Strategy = tenant.CompressionStrategy ?? settings.Strategy,
            ThinRecords = tenant.CompressionThinRecords ?? settings.ThinRecords,
        };
        return tenant.CompressionCertificates.Count > 0
            ? Profile(path, own, floor, tenant.CompressionCertificates, problems)
            : Profile(path, own, floor, options.Certificates, problems);
    }

    private static CompressionProfile Profile(string path, CompressionSettings settings, double? floor, IList<string> files, ICollection<string> problems)
    {
        var byModel = new Dictionary<string, double?>(StringComparer.OrdinalIgnoreCase);
        if (floor is not { } kept)
            return new CompressionProfile(settings, IsBound: false, byModel);
        if (settings.Strategy == CompressionStrategy.LlmLingua2)
            problems.Add($"{path}QualityFloor: no certificate is made for LlmLingua2; choose another strategy.");
        else if (files.Count == 0)
            problems.Add($"{path}QualityFloor needs {path}Certificates: make one with orleansllm calibrate compress.");
        foreach (var file in files)
        {
            if (SettingFile.Read(file, path + "Certificates", CompressionCertificate.Read, problems) is not { } certificate)
                continue;
            if (certificate.Compressor != settings.CompressorId)
                problems.Add($"{path}Certificates: {file} is of the compressor {certificate.Compressor}, but {settings.CompressorId} runs: calibrate again (orleansllm calibrate compress).");
            else if (!byModel.TryAdd(certificate.Model, certificate.RateFor(kept)))
                problems.Add($"{path}Certificates: {file} is the second one for the model {certificate.Model}.");
        }

        return new CompressionProfile(settings, IsBound: true, byModel);
    }

    /// <param name="Settings">Where no floor binds.</param>
    /// <param name="IsBound">Whether a quality floor does.</param>
    /// <param name="Rates">The keep rate that a certificate supports, by model; null where it supports none.</param>
    private sealed record CompressionProfile(CompressionSettings Settings, bool IsBound, IReadOnlyDictionary<string, double?> Rates)
    {
        public CompressionSettings For(string model) => !IsBound ? Settings
            : Rates.GetValueOrDefault(model) is { } rate ? Settings with { KeepRate = rate }
            : Settings with { LosslessOnly = true };
    }
}
