using System.Text.Json;

namespace OrleansLlm.Core.Requests;

/// <summary>A part of a message that is not text alone; it belongs to the message's context.</summary>
/// <param name="Part">As it came.</param>
/// <param name="TextsBefore">How many texts stand before it: pictures and words between them say other things in another order.</param>
/// <param name="IsText">Whether its text is read, and only what stands beside that is meant.</param>
internal readonly record struct OtherPart(JsonElement Part, int TextsBefore, bool IsText = false)
{
    public void AppendTo(CanonicalHash hash)
    {
        CanonicalJson.AppendFrame(hash, 'p', TextsBefore);
        CanonicalJson.Append(hash, Part, IsText ? static p => p.NameEquals("text"u8) : null);
    }
}
