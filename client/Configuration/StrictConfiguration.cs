using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansLlm.Client.Configuration;

/// <summary>
/// Finds settings that nothing reads, and values that would be read as something else: a typo in a budget or a threshold must stop the start, not be
/// ignored. Walks the <c>OrleansLlm</c> section beside the options classes. What an unknown setting holds is not shown: it may be a secret in a wrong place.
/// </summary>
internal static partial class StrictConfiguration
{
    // Of the root's own name. "Orleans", which is another's, lies three away.
    private const int MostSlips = 2;

    /// <summary>One sentence per name that was meant to be <paramref name="root"/>, and per section of ours that a file has outside it.</summary>
    public static IEnumerable<string> FindStray(IConfiguration configuration, string root, IEnumerable<string> sections)
    {
        foreach (var child in configuration.GetChildren().Where(c => !c.Key.Equals(root, StringComparison.OrdinalIgnoreCase) && c.GetChildren().Any()))
        {
            if (child.Key.StartsWith(root, StringComparison.OrdinalIgnoreCase) || Distance(child.Key, root) <= MostSlips)
                yield return $"Nothing reads '{child.Key}': settings stand in '{root}' (environment variables: {root}__Section__Setting, with two underscores).";
        }

        // In the environment such a name may be another program's.
        var files = configuration is IConfigurationRoot built ? built.Providers.OfType<FileConfigurationProvider>() : [];
        foreach (var key in files.SelectMany(static f => f.GetChildKeys([], null)).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (sections.Contains(key, StringComparer.OrdinalIgnoreCase))
                yield return $"Nothing reads the file's '{key}': '{key}' must stand within '{root}'.";
        }
    }

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
            if (section.Value is { Length: > 0 } value && Misread(type, value) is { } expected)
                problems.Add($"'{section.Path}' is '{value}'; {expected}.");
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

    // What .NET takes, but not for what was meant: "24:00:00" for 24 days, "60" for 60, a number for a name that there is not.
    private static string? Misread(Type type, string value)
    {
        if (type == typeof(TimeSpan) && value != "0" && !(ClockTime().IsMatch(value) && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _)))
            return "a time is written as hours, minutes and seconds, 00:05:00, of a day and more with its days before them, 7.00:00:00";
        return type.IsEnum && !Enum.GetNames(type).Contains(value.Trim(), StringComparer.OrdinalIgnoreCase) ? "it takes " + string.Join(", ", Enum.GetNames(type)) : null;
    }

    [GeneratedRegex(@"^(\d+\.)?([01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(\.\d{1,7})?$", RegexOptions.CultureInvariant)]
    private static partial Regex ClockTime();

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
