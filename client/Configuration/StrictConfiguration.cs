using System.Collections;
using System.Reflection;

namespace OrleansLlm.Client.Configuration;

/// <summary>
/// Finds settings that nothing reads: a typo in a budget or a threshold must stop the start, not be ignored. Walks the
/// <c>OrleansLlm</c> section beside the options classes. What a setting holds is not shown: it may be a secret in a wrong place.
/// </summary>
internal static class StrictConfiguration
{
    /// <summary>One sentence per unknown key, with the nearest known one, and per value where settings belong.</summary>
    public static IReadOnlyList<string> FindUnknown(
        IConfigurationSection root, IReadOnlyDictionary<string, Type> sections, IReadOnlyCollection<string> elsewhere)
    {
        var problems = new List<string>();
        foreach (var child in root.GetChildren())
        {
            var match = sections.FirstOrDefault(s => s.Key.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (match.Value is not null)
                Walk(child, match.Value, problems);
            else if (!elsewhere.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                problems.Add(Unknown(child, sections.Keys));
        }

        return problems;
    }

    private static void Walk(IConfigurationSection section, Type type, List<string> problems)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsLeaf(type))
        {
            foreach (var child in section.GetChildren())
                problems.Add($"Unknown setting '{child.Path}': '{section.Path}' takes a single value.");
            // The binder would show it, and an address may hold a secret.
            if (type == typeof(Uri) && !Uri.TryCreate(section.Value ?? string.Empty, UriKind.RelativeOrAbsolute, out _))
                problems.Add($"'{section.Path}' is no address.");
            return;
        }

        if (ElementOf(type) is { } element)
        {
            RefuseValue(section, element.Key, problems);
            foreach (var child in section.GetChildren())
                Walk(child, element.Type, problems);
            return;
        }

        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        RefuseValue(section, properties[0].Name, problems);
        foreach (var child in section.GetChildren())
        {
            var property = properties.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                problems.Add(Unknown(child, properties.Select(p => p.Name)));
            else
                Walk(child, property.PropertyType, problems);
        }
    }

    // An empty one is how a JSON file's empty list arrives.
    private static void RefuseValue(IConfigurationSection section, string key, List<string> problems)
    {
        if (!string.IsNullOrEmpty(section.Value))
            problems.Add($"'{section.Path}' takes {section.Path}:{key} and the like, no single value.");
    }

    private static bool IsLeaf(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) || type == typeof(TimeSpan)
        || type == typeof(Uri) || type == typeof(DateTimeOffset) || type == typeof(DateOnly);

    // Values of a dictionary, elements of a list, and what stands for their keys.
    private static (Type Type, string Key)? ElementOf(Type type)
    {
        if (type.IsArray)
            return (type.GetElementType()!, "0");
        foreach (var candidate in type.GetInterfaces().Append(type).Where(i => i.IsGenericType))
        {
            if (candidate.GetGenericTypeDefinition() == typeof(IDictionary<,>) || candidate.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
                return (candidate.GetGenericArguments()[1], "NAME");
        }

        if (!typeof(IEnumerable).IsAssignableFrom(type))
            return null;
        return type.GetInterfaces().Append(type).Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(static i => ((Type, string)?)(i.GetGenericArguments()[0], "0")).FirstOrDefault();
    }

    private static string Unknown(IConfigurationSection section, IEnumerable<string> known)
    {
        var nearest = known.MinBy(k => Distance(k, section.Key));
        var hint = nearest is not null && Distance(nearest, section.Key) <= 3 ? $" Did you mean '{nearest}'?" : $" Known: {string.Join(", ", known.Order())}.";
        return $"Unknown setting '{section.Path}'.{hint}";
    }

    // Levenshtein, case-insensitive.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
