using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLlm.Client.Tests.Wire;

/// <summary>
/// A provider's bytes, written from the public API reference: what is asked, and the answer plain and streamed. A request names its own
/// recording in its text, so that clients may ask for it too.
/// </summary>
/// <param name="Form">The folder: <c>chat</c>, <c>responses</c>, <c>completions</c>, <c>embeddings</c> or <c>messages</c>.</param>
/// <param name="Name">The feature that it shows.</param>
/// <param name="Request">The request's bytes, plain.</param>
/// <param name="Plain">The plain answer's bytes; null where there is none.</param>
/// <param name="Streamed">The streamed answer's bytes; null where there is none.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Headers beside the content type.</param>
internal sealed partial record Recording(
    string Form, string Name, byte[] Request, byte[]? Plain, byte[]? Streamed, int Status, IReadOnlyList<(string Name, string Value)> Headers)
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Wire", "Recordings");

    private static readonly Lazy<IReadOnlyDictionary<string, Recording>> Loaded = new(static () => Directory
        .EnumerateFiles(Folder, "*.request.json", SearchOption.AllDirectories).Select(Load).ToDictionary(static r => r.Key, StringComparer.Ordinal));

    public static IReadOnlyDictionary<string, Recording> All => Loaded.Value;

    public string Key => Form + "/" + Name;

    public bool IsError => Status != 200;

    public string Address => Form == "chat" ? "/v1/chat/completions" : "/v1/" + Form;

    /// <summary>The recording that a request names.</summary>
    public static Recording? Named(byte[] body) => Marker().Match(Encoding.UTF8.GetString(body)) is { Success: true } found ? All.GetValueOrDefault(found.Groups[1].Value) : null;

    [GeneratedRegex(@"recording: ([a-z]+/[a-z0-9-]+)")]
    private static partial Regex Marker();

    private static Recording Load(string requestFile)
    {
        var stem = requestFile[..^".request.json".Length];
        var status = 200;
        var headers = new List<(string, string)>();
        foreach (var line in File.Exists(stem + ".head") ? File.ReadAllLines(stem + ".head") : [])
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (line[..colon] == "status")
                status = int.Parse(line[(colon + 2)..], System.Globalization.CultureInfo.InvariantCulture);
            else
                headers.Add((line[..colon], line[(colon + 2)..]));
        }

        return new Recording(
            Path.GetFileName(Path.GetDirectoryName(stem))!, Path.GetFileName(stem), File.ReadAllBytes(requestFile), Bytes(stem + ".response.json"), Bytes(stem + ".response.sse"), status, headers);
    }

    private static byte[]? Bytes(string file) => File.Exists(file) ? File.ReadAllBytes(file) : null;
}
