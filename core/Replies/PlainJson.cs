using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Replies;

/// <summary>Reads JSON in one pass where it is written plainly; what is not is for a document's reader.</summary>
internal static class PlainJson
{
    /// <summary>Takes an object's next property; false at its end, and where the name is not spelled in ASCII letters as they are.</summary>
    public static bool TryReadName(ref Utf8JsonReader json, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName || json.ValueIsEscaped)
            return false;
        name = json.ValueSpan;
        return Ascii.IsValid(name);
    }
}
