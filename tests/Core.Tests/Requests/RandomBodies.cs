namespace OrleansLlm.Core.Tests.Requests;

/// <summary>
/// A request body with its two editable places left open, so that what must reach the provider is known without reading the body again.
/// </summary>
/// <param name="Template">The body; <see cref="RandomBodies.Model"/> and <see cref="RandomBodies.Options"/> stand for the open places.</param>
/// <param name="OptionsBefore">What the caller writes in the second place.</param>
/// <param name="OptionsAfter">What the provider gets there.</param>
/// <param name="InFront">What the provider gets after the opening brace.</param>
public sealed record RandomBody(string Template, string OptionsBefore, string OptionsAfter, string InFront)
{
    public string Before => Fill("\"gpt-4o\"", OptionsBefore);

    /// <summary>As it must go out under another model's name.</summary>
    public string After(string model)
    {
        var text = Fill(model, OptionsAfter);
        var brace = text.IndexOf('{', StringComparison.Ordinal) + 1;
        return text[..brace] + InFront + text[brace..];
    }

    private string Fill(string model, string options) =>
        Template.Replace(RandomBodies.Model, model, StringComparison.Ordinal).Replace(RandomBodies.Options, options, StringComparison.Ordinal);
}

/// <summary>Bodies that a re-serialiser would change: spellings, spacing, order, duplicates, nulls, depth, and fields nobody knows.</summary>
public static class RandomBodies
{
    // Raw control characters stand in no JSON.
    public const string Model = "\u0001";
    public const string Options = "\u0002";

    private const string Injected = "\"stream_options\":{\"include_usage\":true},";

    private static readonly Gen<string> Space = Gens.Of("", "", "", "", " ", "\n", "\t ", "\r\n  ");

    private static readonly Gen<string> Number = Gens.Of("0", "-0", "7", "1.0", "1e5", "1E+05", "-1.50e-3", "12345678901234567890", "0.1000000000000000055511151231257827", "1e400");

    private static readonly Gen<string> Text = Gens.Of(
        "\"\"", "\"a\"", "\"\\u00e9\\/x\"", "\"é<&>'\"", "\"\\ud83d\\ude00\"", "\"😀\"", "\"\\n\\t\\\"\\\\\"", "\"\\u0000\"", "\"\u007f\u2028\"", "\"data: [DONE]\"");

    private static readonly Gen<string> Scalar = Gen.OneOf(Number, Text, Gens.Of("null", "true", "false"));

    // Deeper than any client writes, less deep than is refused.
    private static readonly Gen<string> Deep = Gen.Int[1, 100].Select(static depth => new string('[', depth) + new string(']', depth));

    private static readonly Gen<string> Value = Gen.OneOf(Json(3), Json(3), Json(3), Deep);

    private static readonly Gen<string> Unknown = Gen.Select(Gens.Of("x", "x", "y\\u00e9", "x-\\/", ""), Space, Space, Value).Select(static (name, a, b, value) => $"\"{name}\"{a}:{b}{value}");

    private static readonly Gen<string> TextPart = Gen.Select(Gens.Of("\"type\":\"text\",\"text\":", "\"type\":\"text\" , \"text\" : "), Text, Unknown.Array[0, 1])
        .Select(static (head, text, rest) => $"{{{head}{text}{Tail(rest)}}}");

    private static readonly Gen<string> OtherPart = Gens.Of(
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image\\/png;base64,iVBORw0KGgo=\",\"detail\":\"low\"}}",
        "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAA=\",\"format\":\"wav\"}}",
        "{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0=\"}}",
        "{\"type\":\"not_known_yet\",\"x\":[null,1.0]}");

    private static readonly Gen<string> Content = Gen.OneOf(Text, Text, List(Gen.OneOf(TextPart, OtherPart), 1, 4), Gen.Const("null"));

    private static readonly Gen<string> Message = Gen.OneOf(
        Gen.Select(Gens.Of("user", "system", "developer", "assistant"), Content, Unknown.Array[0, 2]).Select(static (role, content, rest) => $"{{\"role\":\"{role}\", \"content\" : {content}{Tail(rest)}}}"),
        Gen.Select(Value, Text).Select(static (extra, name) =>
            $"{{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{{\"id\":\"call_1\",\"type\":\"function\",\"function\":{{\"name\":\"f\",\"arguments\":{name}}}}},{{\"id\":\"call_2\",\"type\":\"custom\",\"custom\":{{\"name\":\"g\",\"input\":\"\"}},\"x\":{extra}}}]}}"),
        Gen.Const("{\"content\":\"7\",\"tool_call_id\":\"call_1\",\"role\":\"tool\"}"));

    private static readonly Gen<string[]> ChatFields = Some(
        "\"n\":2", "\"n\" : null", "\"logprobs\":true,\"top_logprobs\":5", "\"temperature\":1.0", "\"top_p\":1e0", "\"seed\":12345678901234567890", "\"stop\":[\"\\n\"]",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true,\"parameters\":{\"type\":\"object\",\"properties\":{}}}},{\"type\":\"custom\",\"custom\":{\"name\":\"g\"}}]",
        "\"parallel_tool_calls\":false", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{\"$ref\":\"#\\/x\"}}}", "\"modalities\":[\"text\"]",
        "\"metadata\":{\"a\":\"b\",\"a\":\"c\"}", "\"prompt_cache_key\":\"k\"", "\"service_tier\":\"flex\"", "\"logit_bias\":{\"50256\":-100.0}", "\"max_completion_tokens\":5");

    private static readonly Gen<string[]> ResponsesFields = Some(
        "\"instructions\":\"Be \\u0042rief.\"", "\"instructions\":null", "\"previous_response_id\":\"resp_1\"", "\"max_output_tokens\":16", "\"reasoning\":{\"effort\":\"low\"}", "\"store\":false",
        "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"s\",\"schema\":{}}}", "\"tools\":[{\"type\":\"web_search\"}]", "\"include\":[\"reasoning.encrypted_content\"]", "\"truncation\":\"auto\"",
        "\"stream_options\":{\"include_obfuscation\":false}");

    private static readonly Gen<string> Item = Gen.OneOf(
        Gen.Select(Gens.Of("user", "developer", "assistant"), Text).Select(static (role, text) => $"{{\"role\":\"{role}\",\"content\":{text}}}"),
        Gen.Select(Text, Value).Select(static (text, x) =>
            $"{{\"type\":\"message\",\"role\":\"user\",\"content\":[{{\"type\":\"input_text\",\"text\":{text},\"x\":{x}}},{{\"type\":\"input_image\",\"image_url\":\"https:\\/\\/example.com\\/a.png\"}}]}}"),
        Gen.Select(Text, Value).Select(static (text, x) => $"{{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":{text},\"x\":{x}}}"),
        Gen.Select(Text, Value).Select(static (text, x) => $"{{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":{text},\"x\":{x}}}"),
        Value.Select(static x => $"{{\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"e\",\"x\":{x}}}"));

    private static readonly Gen<string[]> CompletionFields = Some(
        "\"suffix\":\"\\u0000\"", "\"echo\":true", "\"logprobs\":3", "\"best_of\":2", "\"n\":2", "\"n\":null", "\"temperature\":0.0", "\"stop\":null", "\"max_tokens\":16", "\"logit_bias\":{\"50256\":-1e2}");

    private static readonly Gen<string[]> EmbeddingFields = Some("\"dimensions\":256", "\"encoding_format\":\"base64\"", "\"user\":\"\\u0075\"", "\"input_type\":\"query\"");

    /// <summary>Bodies of chat completions.</summary>
    public static Gen<RandomBody> Chat { get; } = Body(List(Message, 1, 5).Select(static m => "\"messages\" : " + m), ChatFields, hasStreamOptions: true);

    /// <summary>Bodies of responses, whose streams end with their usage anyway.</summary>
    public static Gen<RandomBody> Responses { get; } =
        Body(Gen.OneOf(Text, List(Item, 1, 4)).Select(static i => "\"input\":" + i), ResponsesFields, hasStreamOptions: false);

    /// <summary>Bodies of legacy completions.</summary>
    public static Gen<RandomBody> Completions { get; } =
        Body(Gen.OneOf(Text, List(Text, 1, 3), Gens.Of("[1, 2,3]", "[[1],[2 ]]", "null")).Select(static p => "\"prompt\":" + p), CompletionFields, hasStreamOptions: true);

    /// <summary>Bodies of embeddings.</summary>
    public static Gen<RandomBody> Embeddings { get; } =
        Body(Gen.OneOf(Text, List(Text, 1, 3), Gens.Of("[1, 2,3]", "[[1],[2 ]]")).Select(static i => "\"input\" : " + i), EmbeddingFields, hasStreamOptions: null);

    private static Gen<string> Json(int depth) => depth == 0
        ? Scalar
        : Gen.OneOf(
            Scalar,
            List(Json(depth - 1), 0, 3),
            Gen.Select(Gens.Of("a", "a", "b", "\\u0061"), Space, Json(depth - 1)).Select(static (name, space, value) => $"\"{name}\"{space}:{value}").Array[0, 3]
                .Select(static p => "{" + string.Join(",", p) + "}"));

    private static Gen<string> List(Gen<string> item, int least, int most) =>
        Gen.Select(item.Array[least, most], Space).Select(static (items, space) => $"[{space}{string.Join("," + space, items)}{space}]");

    private static Gen<string[]> Some(params string[] fields) => Gen.Int[0, 1].Array[fields.Length].Select(chosen => fields.Where((_, i) => chosen[i] == 1)
        .DistinctBy(static f => f[..f.IndexOf(':', StringComparison.Ordinal)].Trim()).ToArray());

    // Null: a form that does not stream.
    private static Gen<RandomBody> Body(Gen<string> input, Gen<string[]> known, bool? hasStreamOptions) =>
        Gen.Select(input, known, Unknown.Array[0, 4], Gen.Bool, Gen.Int[0, 6], Space, Gen.Int).Select((first, fields, unknown, stream, options, space, seed) =>
        {
            List<string> all = [first, "\"model\" :" + Model, .. fields, .. unknown];
            if (hasStreamOptions is not null && stream)
                all.Add("\"stream\": true");
            var (before, after, front) = hasStreamOptions == true ? StreamOptions(options, stream) : ("", "", "");
            if (before.Length > 0)
                all.Add(Options);
            // Any order, from the seed, so that a failure shrinks.
            var random = new Random(seed);
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all));
            return new RandomBody($"{space}{{{space}{string.Join($"{space},", all)}{space}}}{space}", before, after, front);
        });

    private static (string Before, string After, string InFront) StreamOptions(int which, bool stream) => !stream ? ("", "", "") : which switch
    {
        0 => ("\"stream_options\":null", "\"stream_options\":{\"include_usage\":true}", ""),
        1 => ("\"stream_options\" : {  }", "\"stream_options\" : {\"include_usage\":true  }", ""),
        2 => ("\"stream_options\":{\"include_usage\": false,\"x\":1.0}", "\"stream_options\":{\"include_usage\": true,\"x\":1.0}", ""),
        3 => ("\"stream_options\":{\"include_obfuscation\":false}", "\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}", ""),
        4 => ("\"stream_options\":{\"include_usage\":true}", "\"stream_options\":{\"include_usage\":true}", ""),
        _ => ("", "", Injected),
    };

    private static string Tail(string[] fields) => string.Concat(fields.Select(static f => " ," + f));
}
