using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class CanonicalJsonTests
{
    // More names than are sorted by insertion, and such as sort by characters in another order than by bytes.
    private static readonly Gen<string> Objects = Gen.Select(Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 3], Gens.Of("\u00e9", "\uffff", "\ud83d\ude00", "a\"b", "\\", "model")), Gens.Of("1.50", "null", "\"x\""))
        .Array[0, 24].Select(static pairs => "{" + string.Join(", ", pairs.Select(static p => JsonSerializer.Serialize(p.Item1) + " : " + p.Item2)) + "}");

    [Fact]
    public void Append_OfWhateverDocument_HashesAsTheTwinThatGathersNothing() => Gen.OneOf(RandomBodies.Chat.Select(static b => b.Before), RandomBodies.Responses.Select(static b => b.Before), Objects).Sample(
        static json =>
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = RequestJson.DeepestNesting });
            foreach (var skip in new Func<string, bool>?[] { null, static name => name is "model" or "messages" })
            {
                using var hash = new CanonicalHash();
                CanonicalJson.Append(hash, document.RootElement, skip is null ? null : p => skip(p.Name));
                using var twin = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                Twin(twin, document.RootElement, skip);
                Assert.Equal(twin.GetHashAndReset(), hash.Current());
            }
        },
        iter: 3000);

    [Fact]
    public void Append_OfDocumentsLargerThanTheBuffer_HashesAsTheTwin()
    {
        foreach (var size in new[] { 8180, 8187, 8192, 16384, 100_000 })
        {
            using var document = JsonDocument.Parse($$"""{"b":"{{new string('x', size)}}","a":["{{new string('é', size / 2)}}",1]}""");
            using var hash = new CanonicalHash();
            CanonicalJson.Append(hash, document.RootElement);
            using var twin = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Twin(twin, document.RootElement, null);
            Assert.Equal(twin.GetCurrentHash(), hash.Current());
            // More may follow what was asked for already.
            CanonicalJson.AppendText(hash, 'x', "more");
            TwinText(twin, 'x', "more");
            Assert.Equal(twin.GetHashAndReset(), hash.Current());
        }
    }

    [Fact]
    public void Append_OfAStringThatIsNoUnicode_IsRefused()
    {
        using var document = JsonDocument.Parse(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' });
        using var hash = new CanonicalHash();
        Assert.Throws<InvalidOperationException>(() => CanonicalJson.Append(hash, document.RootElement));
    }

    private static void Twin(IncrementalHash hash, JsonElement element, Func<string, bool>? skip)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var properties = element.EnumerateObject().Where(p => skip is null || !skip(p.Name)).OrderBy(static p => p.Name, StringComparer.Ordinal).ToList();
                Frame(hash, 'o', properties.Count);
                foreach (var property in properties)
                {
                    TwinText(hash, 'k', property.Name);
                    Twin(hash, property.Value, null);
                }

                break;
            case JsonValueKind.Array:
                Frame(hash, 'a', element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                    Twin(hash, item, null);
                break;
            case JsonValueKind.String:
                TwinText(hash, 's', element.GetString()!);
                break;
            case JsonValueKind.Number:
                var raw = JsonMarshal.GetRawUtf8Value(element);
                Frame(hash, 'n', raw.Length);
                hash.AppendData(raw);
                break;
            default:
                Frame(hash, element.ValueKind switch { JsonValueKind.True => 't', JsonValueKind.False => 'f', _ => '0' }, 0);
                break;
        }
    }

    private static void TwinText(IncrementalHash hash, char kind, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Frame(hash, kind, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Frame(IncrementalHash hash, char kind, int length)
    {
        var frame = new byte[5];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), length);
        hash.AppendData(frame);
    }
}
