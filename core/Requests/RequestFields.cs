using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Requests;

/// <summary>The top level of a request's JSON body, and the checks that all wire forms share.</summary>
internal sealed class RequestFields
{
    /// <summary>Longer names of models are refused: they would stand in every ledger entry and sum. Known ones stay under 128.</summary>
    public const int LongestModel = 256;

    private static readonly string[] s_inItsPlace = ["fallbacks", "models"];

    private readonly Dictionary<string, JsonElement> _values;

    private RequestFields(ReadOnlyMemory<byte> body, JsonElement root, Dictionary<string, JsonElement> values)
    {
        Body = body;
        Root = root;
        _values = values;
    }

    /// <summary>Reads the fields of one wire form.</summary>
    /// <returns>Null, or why the request cannot be served; then <paramref name="request"/> is null.</returns>
    public delegate RequestProblem? Form<T>(RequestFields fields, string? modelInAddress, out T? request);

    /// <summary>The body, UTF-8.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body's object; gone when the form has been read.</summary>
    public JsonElement Root { get; }

    /// <summary>Parses <paramref name="body"/> and has <paramref name="form"/> read its fields.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="modelInAddress">The model or deployment that the address names; null where it names none.</param>
    /// <param name="unique">Fields of which two values could be read as one by us and as the other by the upstream: a second one is refused.</param>
    /// <param name="form">Reads the fields.</param>
    /// <param name="request">The request where the result is null.</param>
    public static RequestProblem? Read<T>(ReadOnlyMemory<byte> body, string? modelInAddress, IReadOnlySet<string> unique, Form<T> form, out T? request)
        where T : class
    {
        request = null;
        try
        {
            using var document = RequestJson.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new RequestProblem("The body must be a JSON object.", null, "invalid_type");
            var values = new Dictionary<string, JsonElement>(root.GetPropertyCount(), StringComparer.Ordinal);
            foreach (var property in root.EnumerateObject())
            {
                var name = property.Name;
                if (!values.TryAdd(name, property.Value) && unique.Contains(name))
                    return new RequestProblem($"'{name}' stands twice in the body.", name, "duplicate_parameter");
            }

            return form(new RequestFields(body, root, values), modelInAddress, out request);
        }
        catch (JsonException e)
        {
            return new RequestProblem(
                $"We could not parse the JSON body of your request (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", null, "invalid_json");
        }
        catch (InvalidOperationException)
        {
            // A string with an unpaired surrogate escape parses as JSON but has no text.
            return new RequestProblem("The body holds a string that is not valid Unicode.", null, "invalid_json");
        }
    }

    /// <summary>The answer to a field of the wrong kind.</summary>
    public static RequestProblem Wrong(string param, string expected) => new($"Invalid type for '{param}': expected {expected}.", param, "invalid_type");

    /// <summary>The answer to a field that is not there.</summary>
    public static RequestProblem Missing(string param) => new($"You must provide a {param} parameter.", param, "missing_required_parameter");

    /// <summary>A text of <paramref name="body"/>, with its place.</summary>
    /// <exception cref="InvalidOperationException">It is not valid Unicode.</exception>
    public static TextPart TextOf(ReadOnlyMemory<byte> body, JsonElement text) => new(JsonSpan.Of(body, text), text.GetString()!);

    /// <summary>Whether it lies there, JSON null included.</summary>
    public bool TryGet(string name, out JsonElement value) => _values.TryGetValue(name, out value);

    /// <summary>Whether it lies there and is neither null, false nor an empty array.</summary>
    public bool IsSet(string name) => TryGet(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)
        && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    /// <summary>The model that is meant.</summary>
    /// <param name="inAddress">The model or deployment named by the address, which goes before the body's; null where the address names none.</param>
    /// <param name="name">Its name where the result is null.</param>
    /// <param name="token">Where the body names one.</param>
    public RequestProblem? ReadModel(string? inAddress, out string name, out JsonSpan? token)
    {
        name = string.Empty;
        token = null;
        var given = inAddress;
        if (TryGet("model", out var model))
        {
            if (model.ValueKind != JsonValueKind.String)
                return Wrong("model", "a string");
            given ??= model.GetString();
            token = JsonSpan.Of(Body, model);
        }

        if (string.IsNullOrWhiteSpace(given))
            return Missing("model");
        if (given.Length > LongestModel)
            return TooLongModel();
        name = given;
        return null;
    }

    /// <summary>
    /// The models that the body names beside its own: those of the tools that the provider runs, and those that it asks in its model's place
    /// (<c>fallbacks</c>: Anthropic, LiteLLM; <c>models</c>: OpenRouter). That list may be a word that leaves the choice to the provider (<c>default</c>),
    /// which stands for a name here.
    /// </summary>
    public RequestProblem? ReadOtherModels(out IReadOnlyList<string> names)
    {
        names = [];
        List<string>? found = null;
        if (TryGet("tools", out var tools))
            AddModels(tools, ref found);
        foreach (var name in s_inItsPlace)
        {
            if (!TryGet(name, out var others))
                continue;
            if (others.ValueKind == JsonValueKind.String)
                (found ??= []).Add(others.GetString()!);
            AddModels(others, ref found);
        }

        if (found?.Exists(static n => n.Length > LongestModel) == true)
            return TooLongModel();
        names = found ?? names;
        return null;
    }

    /// <summary>The service tier asked for: none that has a price where another model may answer, and be billed, in the model's place.</summary>
    public ServiceTier? Tier => Array.Exists(s_inItsPlace, IsSet) ? ServiceTier.Other : ServiceTierName.Of(Root);

    /// <summary>Whether the answer is to be streamed.</summary>
    public RequestProblem? ReadStream(out bool stream)
    {
        stream = false;
        if (!TryGet("stream", out var value))
            return null;
        stream = value.ValueKind == JsonValueKind.True;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null ? null : Wrong("stream", "a boolean");
    }

    /// <summary>What a stream of chat or completions is to tell besides its text.</summary>
    public RequestProblem? ReadStreamOptions(out StreamOptions options)
    {
        options = default;
        if (!TryGet("stream_options", out var value))
            return null;
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            return Wrong("stream_options", "an object");
        options = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("include_usage", out var usage)
            ? new StreamOptions(JsonSpan.Of(Body, value), JsonSpan.Of(Body, usage), usage.ValueKind == JsonValueKind.True)
            : new StreamOptions(JsonSpan.Of(Body, value), null, false);
        return null;
    }

    /// <summary>How many answers are asked for; one where nothing is said.</summary>
    public RequestProblem? ReadChoices(out int choices)
    {
        choices = 1;
        return !TryGet("n", out var n) || n.ValueKind == JsonValueKind.Null || (n.ValueKind == JsonValueKind.Number && n.TryGetInt32(out choices) && choices >= 1)
            ? null
            : Wrong("n", "a positive integer");
    }

    /// <summary>The messages or turns, at least one.</summary>
    public RequestProblem? ReadMessages(out JsonElement messages)
    {
        if (!TryGet("messages", out messages))
            return Missing("messages");
        if (messages.ValueKind != JsonValueKind.Array)
            return Wrong("messages", "an array of messages");
        return messages.GetArrayLength() > 0 ? null : new RequestProblem("'messages' must hold at least one message.", "messages", "empty_array");
    }

    private static RequestProblem TooLongModel() =>
        new($"Invalid 'model': string too long. Expected at most {LongestModel} characters.", "model", "string_above_max_length");

    private static void AddModels(JsonElement list, ref List<string>? found)
    {
        if (list.ValueKind != JsonValueKind.Array)
            return;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
                (found ??= []).Add(item.GetString()!);
            if (item.ValueKind != JsonValueKind.Object)
                continue;
            // Of two values the provider may read either.
            foreach (var property in item.EnumerateObject())
            {
                if (property.NameEquals("model"u8) && property.Value.ValueKind == JsonValueKind.String)
                    (found ??= []).Add(property.Value.GetString()!);
            }
        }
    }

    /// <summary>An integer field, the greatest integer where it is more than that; null where it is none.</summary>
    public int? Int32(string name) =>
        !TryGet(name, out var value) || value.ValueKind != JsonValueKind.Number ? null
        : value.TryGetInt32(out var number) ? number
        : value.TryGetDouble(out var real) && real >= int.MaxValue ? int.MaxValue
        : null;

    /// <summary>Whether it is a list of at least one.</summary>
    public bool HasItems(string name) => TryGet(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0;

    /// <summary>Whether it is an object, which <paramref name="value"/> then is.</summary>
    public bool TryGetObject(string name, out JsonElement value) => TryGet(name, out value) && value.ValueKind == JsonValueKind.Object;

    /// <summary>What stands under <c>stream_options</c>.</summary>
    /// <param name="Token">The whole value; null where it is not given.</param>
    /// <param name="IncludeUsageToken">The value of <c>include_usage</c>; null where it is not given.</param>
    /// <param name="IncludeUsage">Whether it is true.</param>
    public readonly record struct StreamOptions(JsonSpan? Token, JsonSpan? IncludeUsageToken, bool IncludeUsage);
}
