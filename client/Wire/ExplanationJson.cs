using System.Buffers;
using System.Text.Json;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Routing;

namespace OrleansLlm.Client.Wire;

/// <summary>The body of <c>POST /v1/explain</c>.</summary>
internal static class ExplanationJson
{
    /// <summary>Tells it from whatever else answers at such a path.</summary>
    public const string Kind = "orleansllm.explanation";

    public static ReadOnlyMemory<byte> Write(Explanation explanation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("object", Kind);
            WriteCache(json, explanation.Cache);
            WriteRoute(json, explanation.Route);
            WriteCompression(json, explanation.Compression);
            WritePrice(json, explanation.Price);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteCache(Utf8JsonWriter json, CacheExplanation cache)
    {
        json.WriteStartObject("cache");
        json.WriteString("mode", cache.Mode);
        json.WriteString("kind", cache.Kind.ToString().ToLowerInvariant());
        WriteNumber(json, "score", cache.Score);
        WriteNumber(json, "threshold", cache.Threshold);
        json.WriteString("question", cache.Question);
        json.WriteString("candidate_question", cache.CandidateQuestion);
        WriteNumber(json, "candidate_cosine", cache.CandidateCosine);
        json.WriteString("reason", cache.Reason);
        json.WriteString("entry", cache.Entry);
        json.WriteStartObject("risk");
        json.WriteBoolean("stopped", cache.Risk.Threshold is null);
        json.WriteString("reason", cache.Risk.Reason.ToString());
        json.WriteNumber("error_rate", cache.Risk.ErrorRate);
        json.WriteNumber("upper_bound", cache.Risk.UpperBound);
        json.WriteNumber("labels", cache.Risk.Labels);
        json.WriteNumber("wrong", cache.Risk.Wrong);
        json.WriteNumber("unsure", cache.Risk.Unsure);
        json.WriteNumber("reported", cache.Risk.Reported);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, RouteEvidenceStatus? evidence)
    {
        if (evidence is null)
            return;
        json.WriteStartObject("evidence");
        json.WriteNumber("routed_down", evidence.RoutedDown);
        json.WriteNumber("misrouted", evidence.Misrouted);
        json.WriteNumber("routed_up", evidence.RoutedUp);
        json.WriteNumber("needless", evidence.Needless);
        json.WriteNumber("unsure", evidence.Unsure);
        json.WriteNumber("reported", evidence.Reported);
        json.WriteBoolean("refuted", evidence.Refuted);
        json.WriteEndObject();
    }

    private static void WriteRoute(Utf8JsonWriter json, RouteExplanation route)
    {
        json.WriteStartObject("route");
        json.WriteString("mode", route.Mode);
        json.WriteString("model", route.Model);
        WriteNumber(json, "probability", route.Probability);
        json.WriteNumber("threshold", route.Threshold);
        json.WriteString("reason", route.Reason);
        json.WriteString("class", route.Class);
        json.WriteString("constraint", route.Constraint);
        json.WriteBoolean("certified", route.Certified);
        WriteEvidence(json, route.Evidence);
        json.WriteStartArray("features");
        foreach (var feature in route.Features)
        {
            json.WriteStartObject();
            json.WriteString("name", feature.Name);
            json.WriteNumber("value", feature.Value);
            json.WriteNumber("effect", feature.Effect);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCompression(Utf8JsonWriter json, CompressionExplanation compression)
    {
        json.WriteStartObject("compression");
        json.WriteString("mode", compression.Mode);
        json.WriteNumber("tokens_before", compression.TokensBefore);
        json.WriteNumber("tokens_after", compression.TokensAfter);
        json.WriteNumber("tokens_lossless", compression.TokensLossless);
        json.WriteString("reason", compression.Reason);
        using (var document = RequestJson.Parse(compression.Body))
        {
            json.WritePropertyName("messages");
            document.RootElement.GetProperty("messages").WriteTo(json);
        }

        json.WriteStartArray("removed");
        foreach (var span in compression.Removed)
        {
            json.WriteStartObject();
            json.WriteNumber("message", span.Message);
            json.WriteNumber("part", span.Part);
            json.WriteNumber("start", span.Start);
            json.WriteNumber("length", span.Length);
            json.WriteNumber("score", span.Score);
            json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(span.Kind.ToString()));
            json.WriteString("text", span.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePrice(Utf8JsonWriter json, PriceExplanation price)
    {
        json.WriteStartObject("price");
        json.WriteString("baseline_model", price.BaselineModel);
        json.WriteBoolean("priced", price.Priced);
        json.WriteNumber("baseline_usd", price.BaselineUsd);
        json.WriteNumber("predicted_usd", price.PredictedUsd);
        json.WriteNumber("assumed_completion_tokens", price.AssumedCompletionTokens);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
