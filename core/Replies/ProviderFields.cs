using System.Text;
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

    private static readonly byte[][] s_form =
    [
        [.. "id"u8], [.. "object"u8], [.. "created"u8], [.. "model"u8], [.. "choices"u8], [.. "usage"u8], [.. "service_tier"u8], [.. "system_fingerprint"u8], [.. "obfuscation"u8],
    ];

    private readonly List<Field> _fields = [];
    private int _length;

    /// <summary>Whether more came than is kept: then the answer cannot be given again as it was.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Whether the form, and not the provider alone, knows a field of a chunk or an answer.</summary>
    public static bool IsOfTheForm(JsonProperty field)
    {
        foreach (var name in s_form)
        {
            if (field.NameEquals(name))
                return true;
        }

        return false;
    }

    /// <summary>The same of a name as it is spelled.</summary>
    public static bool IsOfTheForm(ReadOnlySpan<byte> field)
    {
        foreach (var name in s_form)
        {
            if (field.SequenceEqual(name))
                return true;
        }

        return false;
    }

    /// <summary>Takes over what a chunk's root says.</summary>
    public void Add(JsonElement root)
    {
        foreach (var field in root.EnumerateObject())
        {
            if (!IsOfTheForm(field) && field.Value.ValueKind != JsonValueKind.Null)
                Set(Encoding.UTF8.GetBytes(field.Name), Encoding.UTF8.GetBytes(field.Value.GetRawText()));
        }
    }

    /// <summary>Takes over one field of a chunk.</summary>
    /// <param name="name">Its name as it is spelled.</param>
    /// <param name="value">Its value as JSON.</param>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (IsIncomplete)
            return;
        var known = Find(name);
        _length += value.Length - (known is null ? -name.Length : known.Value.Length);
        IsIncomplete = _length > MostBytes || (known is null && _fields.Count == MostFields);
        if (IsIncomplete)
        {
            _fields.Clear();
            return;
        }

        if (known is null)
            _fields.Add(known = new Field(name.ToArray()));
        known.Say(value);
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        foreach (var field in _fields)
        {
            json.WritePropertyName(field.Name);
            json.WriteRawValue(field.Value);
        }
    }

    private Field? Find(ReadOnlySpan<byte> name)
    {
        foreach (var field in _fields)
        {
            if (name.SequenceEqual(field.Name))
                return field;
        }

        return null;
    }

    private sealed class Field(byte[] name)
    {
        private byte[] _value = [];
        private int _length;

        public byte[] Name { get; } = name;

        public ReadOnlySpan<byte> Value => _value.AsSpan(0, _length);

        // Some say something else with each chunk.
        public void Say(ReadOnlySpan<byte> value)
        {
            if (_value.Length < value.Length)
                _value = new byte[Math.Max(value.Length, 2 * _value.Length)];
            value.CopyTo(_value);
            _length = value.Length;
        }
    }
}
