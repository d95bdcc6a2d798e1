using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace OrleansLlm.Cluster.Tests.Contracts;

/// <summary>A record of each kind with something in every member: the same whenever it is made.</summary>
internal static class SampleRecords
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static object Make(Type type)
    {
        // Constructors may judge their arguments; what is serialized is the members.
        var sample = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var (id, member, memberType) in WireContracts.Members(type))
            Set(sample, member, ValueOf(memberType, (int)id + 1));
        return sample;
    }

    /// <summary>A value in words; two that hold the same have the same.</summary>
    /// <param name="value">The value.</param>
    /// <param name="counts">Whether a member of a record counts, by its type and id.</param>
    public static string Describe(object? value, Func<Type, uint, bool> counts) => value switch
    {
        null => "null",
        string s => '"' + s + '"',
        IFormattable f when value.GetType().IsPrimitive || value is decimal or DateTimeOffset or DateTime or TimeSpan or Guid or DateOnly => f.ToString(null, CultureInfo.InvariantCulture),
        Enum e => e.ToString(),
        IDictionary d => "{" + string.Join(", ", d.Keys.Cast<object>().Select(k => Describe(k, counts) + ": " + Describe(d[k], counts)).Order(StringComparer.Ordinal)) + "}",
        IEnumerable items => "[" + string.Join(", ", items.Cast<object?>().Select(i => Describe(i, counts))) + "]",
        _ when WireContracts.Members(value.GetType()).Any() => "(" + string.Join(", ", WireContracts.Members(value.GetType()).Where(m => counts(value.GetType(), m.Id)).OrderBy(static m => m.Id).Select(m => $"{m.Id}: {Describe(Get(value, m.Member), counts)}")) + ")",
        _ => value.ToString()!,
    };

    public static object? Get(object record, MemberInfo member) => member is PropertyInfo property ? property.GetValue(record) : ((FieldInfo)member).GetValue(record);

    private static void Set(object record, MemberInfo member, object? value)
    {
        if (member is FieldInfo field)
            field.SetValue(record, value);
        else if (((PropertyInfo)member).SetMethod is { } setter)
            setter.Invoke(record, [value]);
        else
            member.DeclaringType!.GetField($"<{member.Name}>k__BackingField", Own)!.SetValue(record, value);
    }

    private static object? ValueOf(Type type, int seed)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Math.Min(1, Enum.GetValues(type).Length - 1)); // The last one would be another once a value is added.
        if (type == typeof(string))
            return "text " + seed.ToString(CultureInfo.InvariantCulture);
        if (type == typeof(bool))
            return true;
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 11, 25, 1, 2, 3, TimeSpan.Zero).AddDays(seed);
        if (type == typeof(DateTime))
            return new DateTime(2026, 11, 25, 1, 2, 3, DateTimeKind.Utc).AddDays(seed);
        if (type == typeof(DateOnly))
            return new DateOnly(2026, 11, 25).AddDays(seed);
        if (type == typeof(TimeSpan))
            return TimeSpan.FromSeconds(seed);
        if (type == typeof(Guid))
            return new Guid(seed, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        if (type.IsPrimitive || type == typeof(decimal))
            return Convert.ChangeType(seed, type, CultureInfo.InvariantCulture);
        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, 2);
            array.SetValue(ValueOf(type.GetElementType()!, seed), 0);
            array.SetValue(ValueOf(type.GetElementType()!, seed + 1), 1);
            return array;
        }

        if (type.IsGenericType)
        {
            var arguments = type.GetGenericArguments();
            if (type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>))
                return Activator.CreateInstance(type, ValueOf(arguments[0], seed), ValueOf(arguments[1], seed));
            if (arguments.Length == 2 && typeof(IDictionary).IsAssignableFrom(type))
            {
                var dictionary = (IDictionary)Activator.CreateInstance(type)!;
                dictionary[ValueOf(arguments[0], seed)!] = ValueOf(arguments[1], seed);
                return dictionary;
            }

            if (typeof(IList).IsAssignableFrom(type))
            {
                var list = (IList)Activator.CreateInstance(type)!;
                list.Add(ValueOf(arguments[0], seed));
                return list;
            }
        }

        return type.GetCustomAttribute<GenerateSerializerAttribute>() is not null ? Make(type) : throw new NotSupportedException($"{type} needs a sample.");
    }
}
