using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>
/// What a provider says at the root of a completion besides what the form defines, such as the sources of a searching model: an answer
/// given again without it would lack a fact. Of a stream the last word on each counts.
/// </summary>
internal sealed class ProviderFields
{
    private const int MostFields = 32;
    private const int MostBytes = 256 * 1024;

    private readonly List<(string Name, string Json)> _fields = [];
    private int _length;

    /// <summary>Whether more came than is kept: then the answer cannot be given again as it was.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Whether the form, and not the provider alone, knows a field of a chunk or an answer.</summary>
    public static bool IsOfTheForm(JsonProperty field) => field.NameEquals("id"u8) || field.NameEquals("object"u8) || field.NameEquals("created"u8)
        || field.NameEquals("model"u8) || field.NameEquals("choices"u8) || field.NameEquals("usage"u8) || field.NameEquals("service_tier"u8)
        || field.NameEquals("system_fingerprint"u8) || field.NameEquals("obfuscation"u8);

    /// <summary>Takes over what a chunk's root says.</summary>
    public void Add(JsonElement root)
    {
        foreach (var field in root.EnumerateObject())
        {
            if (!IsOfTheForm(field) && field.Value.ValueKind != JsonValueKind.Null)
                Set(field.Name, field.Value.GetRawText());
        }
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        foreach (var (name, value) in _fields)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }
    }

    private void Set(string name, string value)
    {
        if (IsIncomplete)
            return;
        var at = _fields.FindIndex(f => f.Name == name);
        _length += value.Length - (at < 0 ? -name.Length : _fields[at].Json.Length);
        IsIncomplete |= _length > MostBytes || (at < 0 && _fields.Count == MostFields);
        if (IsIncomplete)
            _fields.Clear();
        else if (at < 0)
            _fields.Add((name, value));
        else
            _fields[at] = (name, value);
    }
}
