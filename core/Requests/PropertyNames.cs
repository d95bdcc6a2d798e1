using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>A few names, to which properties are compared as they stand in the body.</summary>
internal sealed class PropertyNames(params string[] names)
{
    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether the property has one of the names, however it is escaped.</summary>
    public bool Contains(JsonProperty property)
    {
        foreach (var name in _names)
        {
            if (property.NameEquals(name))
                return true;
        }

        return false;
    }
}
