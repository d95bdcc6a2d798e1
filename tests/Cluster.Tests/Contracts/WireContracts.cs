using System.Globalization;
using System.Reflection;

namespace OrleansLlm.Cluster.Tests.Contracts;

/// <summary>
/// What silos and APIs of two versions must agree on, one line a fact: the ids and types of records, the values of enums, the methods of
/// grains. Types are told by their aliases, since those travel; names of members do not.
/// </summary>
internal static class WireContracts
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal", [typeof(string)] = "string", [typeof(object)] = "object", [typeof(void)] = "void",
    };

    /// <summary>Every record that Orleans serializes; what it generates for calls follows from the grains' methods.</summary>
    public static IEnumerable<Type> Records(IEnumerable<Assembly> assemblies) => assemblies.SelectMany(static a => a.GetTypes())
        .Where(static t => t.GetCustomAttribute<GenerateSerializerAttribute>() is not null && t.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) != true);

    /// <summary>The members of a record that travel, by their ids.</summary>
    public static IEnumerable<(uint Id, MemberInfo Member, Type Type)> Members(Type record)
    {
        for (var type = record; type is not null && type != typeof(object) && type != typeof(ValueType); type = type.BaseType)
        {
            foreach (var member in type.GetMembers(Own))
            {
                if (member.GetCustomAttribute<IdAttribute>() is not { } id)
                    continue;
                if (member is PropertyInfo property)
                    yield return (id.Id, member, property.PropertyType);
                else if (member is FieldInfo field)
                    yield return (id.Id, member, field.FieldType);
            }
        }
    }

    /// <summary>The facts, in order. What breaks the rules for contracts, whatever was agreed before, is added to <paramref name="problems"/>.</summary>
    public static IReadOnlyList<string> Read(IReadOnlyList<Assembly> assemblies, ICollection<string> problems)
    {
        var facts = new SortedSet<string>(StringComparer.Ordinal);
        var aliases = new Dictionary<string, Type>(StringComparer.Ordinal);
        var enums = new HashSet<Type>();
        foreach (var record in Records(assemblies))
        {
            var alias = AliasOf(record, aliases, problems);
            // That ids are given, and once, is what Orleans' own analyzer looks after.
            foreach (var (id, _, type) in Members(record))
                facts.Add(string.Create(CultureInfo.InvariantCulture, $"record {alias} {id} {NameOf(type, enums)}"));
        }

        foreach (var grain in assemblies.SelectMany(static a => a.GetTypes()).Where(static t => t.IsInterface && typeof(IAddressable).IsAssignableFrom(t)))
        {
            var alias = AliasOf(grain, aliases, problems);
            foreach (var method in grain.GetMethods())
            {
                if (method.GetCustomAttribute<AliasAttribute>() is not { } name)
                {
                    problems.Add($"{grain.Name}.{method.Name} has no [Alias].");
                    continue;
                }

                var parameters = string.Join(", ", method.GetParameters().Select(p => NameOf(p.ParameterType, enums)));
                if (!facts.Add($"grain {alias} {name.Alias}({parameters}) {NameOf(method.ReturnType, enums)}"))
                    problems.Add($"{grain.Name} has the method {name.Alias} twice.");
            }
        }

        foreach (var type in enums)
        {
            foreach (var value in Enum.GetValues(type))
                facts.Add($"enum {type.FullName} {Convert.ToInt64(value, CultureInfo.InvariantCulture)} {value}");
        }

        return [.. facts];
    }

    /// <summary>What of <paramref name="agreed"/> no longer holds, and what is new and not yet agreed.</summary>
    public static (IReadOnlyList<string> Broken, IReadOnlyList<string> Added) Compare(IReadOnlyCollection<string> agreed, IReadOnlyCollection<string> now) =>
        ([.. agreed.Except(now, StringComparer.Ordinal)], [.. now.Except(agreed, StringComparer.Ordinal)]);

    private static string AliasOf(Type type, Dictionary<string, Type> taken, ICollection<string> problems)
    {
        if (type.GetCustomAttribute<AliasAttribute>() is not { } alias)
        {
            problems.Add($"{type.Name} has no [Alias]: renaming it would break the wire.");
            return type.FullName!;
        }

        if (!taken.TryAdd(alias.Alias, type) && taken[alias.Alias] != type)
            problems.Add($"{type.Name} and {taken[alias.Alias].Name} have the same alias {alias.Alias}.");
        return alias.Alias;
    }

    private static string NameOf(Type type, HashSet<Type> enums)
    {
        if (s_keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsArray)
            return NameOf(type.GetElementType()!, enums) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } value)
            return NameOf(value, enums) + "?";
        if (type.IsGenericType)
            return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(a => NameOf(a, enums)))}>";
        if (type.IsEnum)
            enums.Add(type);
        return type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.FullName!;
    }
}
