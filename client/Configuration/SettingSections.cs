using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace OrleansLlm.Client.Configuration;

/// <summary>
/// The sections of <c>OrleansLlm</c> that a process reads and the class of each. Checked once, before anything starts, so that all
/// mistakes are told together and each by its full key.
/// </summary>
/// <param name="read">Section name to class; a class has at most one section.</param>
/// <param name="elsewhere">Sections that another kind of process reads and checks.</param>
internal sealed class SettingSections(IReadOnlyDictionary<string, Type> read, IReadOnlyCollection<string> elsewhere)
{
    private const string Root = "OrleansLlm";

    /// <summary>The sections that are read, each with its class.</summary>
    public IReadOnlyDictionary<string, Type> Read => read;

    /// <summary>Adds what is wrong with the whole configuration to <paramref name="problems"/>.</summary>
    public void Check(IConfiguration configuration, List<string> problems)
    {
        var root = configuration.GetSection(Root);
        problems.AddRange(StrictConfiguration.FindStray(configuration, Root, read.Keys.Concat(elsewhere)));
        problems.AddRange(StrictConfiguration.FindUnknown(root, read, elsewhere));
        if (problems.Count > 0)
            return;
        foreach (var (name, type) in read)
        {
            var section = root.GetSection(name);
            try
            {
                var value = Activator.CreateInstance(type)!;
                // Without it an entry of a list or dictionary that cannot be read is left out as a whole: a tenant, a provider, a price.
                section.Bind(value, static o => o.ErrorOnUnknownConfiguration = true);
                Validate(value, section.Path, problems);
            }
            catch (InvalidOperationException e)
            {
                problems.Add(Told(e));
            }
        }
    }

    /// <summary>The section bound to its class.</summary>
    public T Bind<T>(IConfiguration configuration)
        where T : class, new()
    {
        var value = new T();
        configuration.GetSection(Path<T>()).Bind(value);
        return value;
    }

    /// <summary>Registers a section's class as options.</summary>
    public void AddOptions<T>(IServiceCollection services, IConfiguration configuration)
        where T : class =>
        services.AddOptions<T>().Bind(configuration.GetSection(Path<T>()));

    private string Path<T>() => Root + ":" + read.First(s => s.Value == typeof(T)).Key;

    // Wrapped once more by each list and dictionary around the value; the innermost of the binder's names the key and the value it could not read.
    private static string Told(InvalidOperationException e) => e.InnerException is InvalidOperationException inner ? Told(inner) : e.Message;

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

            if (set is not (null or string or Uri) && (set is IEnumerable || set.GetType().IsClass))
                Validate(set, $"{path}:{property.Name}", problems);
        }
    }
}
