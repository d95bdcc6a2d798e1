using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using OrleansLlm.Client;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Storage;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Configuration;

/// <summary>
/// Every section of <c>OrleansLlm</c> and the class that reads it. Bound and checked once, before anything starts, so that all mistakes
/// are told together and each by its full key.
/// </summary>
internal static class OptionsSections
{
    public const string Root = "OrleansLlm";

    public static IReadOnlyDictionary<string, Type> All { get; } = new Dictionary<string, Type>
    {
        ["Api"] = typeof(ApiOptions),
        ["Layers"] = typeof(LayersOptions),
        ["Tenants"] = typeof(Dictionary<string, TenantOptions>),
        ["Cache"] = typeof(CacheOptions),
        ["Risk"] = typeof(RiskOptions),
        ["Routing"] = typeof(RoutingOptions),
        ["Compression"] = typeof(CompressionOptions),
        ["Gateway"] = typeof(QueryGatewayOptions),
        ["Inference"] = typeof(InferenceOptions),
        ["Store"] = typeof(StoreOptions),
        ["Providers"] = typeof(ProvidersOptions),
        ["Simulator"] = typeof(SimulatorOptions),
        ["Pricing"] = typeof(PricingOptions),
        ["Cluster"] = typeof(ClusterSettings),
    };

    /// <summary>Adds what is wrong with the whole section to <paramref name="problems"/>.</summary>
    public static void Check(IConfiguration configuration, List<string> problems)
    {
        var root = configuration.GetSection(Root);
        problems.AddRange(StrictConfiguration.FindUnknown(root, All));
        if (problems.Count > 0)
            return;
        foreach (var (name, type) in All)
        {
            var section = root.GetSection(name);
            try
            {
                var value = Activator.CreateInstance(type)!;
                section.Bind(value);
                Validate(value, section.Path, problems);
            }
            catch (InvalidOperationException e)
            {
                // The binder's message names the key and the value it could not read.
                problems.Add(e.Message);
            }
        }
    }

    /// <summary>The section bound to its class.</summary>
    public static T Bind<T>(IConfiguration configuration)
        where T : class, new()
    {
        var value = new T();
        configuration.GetSection(Path<T>()).Bind(value);
        return value;
    }

    /// <summary>Registers a section's class as options.</summary>
    public static IServiceCollection AddSection<T>(this IServiceCollection services, IConfiguration configuration)
        where T : class
    {
        services.AddOptions<T>().Bind(configuration.GetSection(Path<T>()));
        return services;
    }

    private static string Path<T>() => Root + ":" + All.First(s => s.Value == typeof(T)).Key;

    private static void Validate(object value, string path, List<string> problems)
    {
        if (value is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                if (entry.Value is not (null or string))
                    Validate(entry.Value, $"{path}:{entry.Key}", problems);
            }

            return;
        }

        if (value is IEnumerable items)
        {
            var index = 0;
            foreach (var item in items)
            {
                if (item is not (null or string) && item.GetType().IsClass)
                    Validate(item, $"{path}:{index}", problems);
                index++;
            }

            return;
        }

        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var set = property.GetValue(value);
            var context = new ValidationContext(value) { MemberName = property.Name, DisplayName = $"{path}:{property.Name}" };
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (rule.GetValidationResult(set, context) is { } failed)
                    problems.Add(failed.ErrorMessage ?? $"{path}:{property.Name} is not valid.");
            }

            if (set is IEnumerable and not string)
                Validate(set, $"{path}:{property.Name}", problems);
        }
    }
}
