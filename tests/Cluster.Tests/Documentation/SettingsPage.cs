using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using OrleansLlm.Silo.Configuration;

namespace OrleansLlm.Cluster.Tests.Documentation;

/// <summary>The page of all settings, made from the options classes: names and defaults from the types, texts from their XML comments.</summary>
internal sealed partial class SettingsPage
{
    private readonly XmlComments _comments = XmlComments.Load();
    private readonly StringBuilder _text = new();

    /// <summary>Settings without a word about what they mean.</summary>
    public List<string> Uncommented { get; } = [];

    public static (string Text, List<string> Uncommented) Make()
    {
        var page = new SettingsPage();
        page._text.Append("""
            # Every setting

            From `orleansllm.json` in the current folder (or the file that `ORLEANSLLM_CONFIG` names) and from environment variables, which go first; in their
            names `:` becomes `__`. An unknown key or a wrong value stops the start and is named. Times are hours, minutes and seconds, `00:05:00`, with days before
            them where there are any, `7.00:00:00`. This page is made from the options classes by `SettingsPageTests`; do not edit it.

            | environment variable | default | meaning |
            |---|---|---|
            | `ORLEANSLLM_URLS` | `http://127.0.0.1:8080` | Addresses to listen on, separated by semicolons. Another than loopback needs keys. |
            | `ORLEANSLLM_DATA` | `data` | Folder of the embedded store. |
            | `ORLEANSLLM_CONFIG` | `orleansllm.json`, where it is there | A JSON file with settings. |

            """);
        foreach (var (name, type) in OptionsSections.All.Read.OrderBy(static s => s.Key, StringComparer.Ordinal))
            page.WriteSection(name, type);
        return (page._text.ToString(), page.Uncommented);
    }

    private void WriteSection(string name, Type type)
    {
        var element = ElementOf(type);
        var of = element ?? type;
        _text.Append(CultureInfo.InvariantCulture, $"\n## `OrleansLlm:{name}{(element is null ? "" : ":NAME")}`\n\n");
        // A class's summary begins with its section's name, which stands in the heading.
        if (Cell(_comments.Of(of)) is { Length: > 0 } summary)
            _text.Append(Capitalised(LeadingName().Replace(summary, ""))).Append("\n\n");
        _text.Append("| setting | default | meaning |\n|---|---|---|\n");
        WriteProperties(of, "");
    }

    private void WriteProperties(Type type, string prefix)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static p => p.GetIndexParameters().Length == 0))
        {
            var path = prefix + property.Name;
            var element = ElementOf(property.PropertyType);
            var nested = element ?? property.PropertyType;
            var meaning = Cell(_comments.Of(property));
            if (IsSection(nested))
            {
                WriteProperties(nested, element is null ? path + ":" : $"{path}:{(IsDictionary(property.PropertyType) ? "NAME" : "0")}:");
                continue;
            }

            if (meaning.Length == 0)
                Uncommented.Add($"{type.Name}.{property.Name}");
            var shown = element is null ? path : $"{path}:{(IsDictionary(property.PropertyType) ? "NAME" : "0")}";
            _text.Append(CultureInfo.InvariantCulture, $"| `{shown}` | {Default(property.GetValue(defaults))} | {meaning} |\n");
        }
    }

    private static string Default(object? value) => value switch
    {
        null or "" => "",
        string text when text.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal) => $"`{Path.GetRelativePath(AppContext.BaseDirectory, text)}` beside the program",
        TimeSpan time => $"`{time.ToString("c", CultureInfo.InvariantCulture)}`",
        bool flag => flag ? "`true`" : "`false`",
        IEnumerable and not string => "",
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Capitalised(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    // A class of settings of its own, and not a value or a list of values.
    private static bool IsSection(Type type) => type.IsClass && type != typeof(string) && type != typeof(Uri) && ElementOf(type) is null;

    private static bool IsDictionary(Type type) => type.IsGenericType && type.GetGenericArguments().Length == 2;

    private static Type? ElementOf(Type type) => type == typeof(string)
        ? null
        : type.GetInterfaces().Append(type).Where(static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            .Select(static i => i.GetGenericArguments()[0])
            .Select(static e => e.IsGenericType && e.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? e.GetGenericArguments()[1] : e).FirstOrDefault();

    [GeneratedRegex("^`OrleansLlm:[^`]*`: ")]
    private static partial Regex LeadingName();
}
