using System.Buffers;
using System.Globalization;
using System.Text;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Wire;

/// <summary>The <c>x-orleansllm-*</c> headers, and the same figures as the closing comment of a stream.</summary>
internal static class AnswerHeaders
{
    public const string Prefix = "x-orleansllm-";

    /// <summary>A comment that says nothing but that the stream lives.</summary>
    public static ReadOnlyMemory<byte> KeepAlive { get; } = ": keep-alive\n\n"u8.ToArray();

    public static void Write(IHeaderDictionary headers, ReplyHead head)
    {
        foreach (var (name, value) in head.Headers)
            headers.TryAdd(name, value);
        foreach (var (name, value) in Figures(head.Decision))
            headers[name] = value;
    }

    /// <summary>
    /// Final figures of a stream, whose headers went out before it was paid for. A comment line, which event-stream readers skip
    /// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
    /// </summary>
    public static void WriteComment(IBufferWriter<byte> into, Decision decision)
    {
        into.Write(":"u8);
        foreach (var (name, value) in Figures(decision))
        {
            into.Write(" "u8);
            Encoding.UTF8.GetBytes(name, into);
            into.Write("="u8);
            Encoding.UTF8.GetBytes(value, into);
        }

        into.Write("\n\n"u8);
    }

    /// <summary>The same comment as bytes of its own.</summary>
    public static byte[] Comment(Decision decision)
    {
        var comment = new ArrayBufferWriter<byte>();
        WriteComment(comment, decision);
        return comment.WrittenSpan.ToArray();
    }

    /// <summary>The figures as headers, for whoever shows them.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(Decision decision) => Figures(decision).Select(static f => KeyValuePair.Create(f.Name, f.Value));

    private static IEnumerable<(string Name, string Value)> Figures(Decision decision)
    {
        yield return (Prefix + "cache", decision.Cache.ToString().ToLowerInvariant());
        if (decision.CacheScore is { } score)
            yield return (Prefix + "cache-score", score.ToString("0.####", CultureInfo.InvariantCulture));
        if (decision.CacheThreshold is { } threshold)
            yield return (Prefix + "cache-threshold", threshold.ToString("0.####", CultureInfo.InvariantCulture));
        if (decision.CacheRisk is { } risk)
            yield return (Prefix + (decision.CacheThreshold is null ? "cache-stopped" : "cache-risk"), risk.ToString());
        yield return (Prefix + "model", Token(decision.Model));
        if (decision.RouteScore is { } simple)
            yield return (Prefix + "route-score", simple.ToString("0.####", CultureInfo.InvariantCulture));
        yield return (Prefix + "route-reason", decision.RouteReason);
        if (decision.RouteThreshold is { } needed)
            yield return (Prefix + "route-threshold", needed.ToString("0.####", CultureInfo.InvariantCulture));
        if (decision.RouteClass is { } asked)
            yield return (Prefix + "route-class", asked);
        if (decision.RouteConstraint is { } constraint)
            yield return (Prefix + "route-constraint", constraint);
        yield return (Prefix + "tokens-saved", decision.TokensSaved.ToString(CultureInfo.InvariantCulture));
        yield return (Prefix + "cost-usd", Money(decision.CostUsd));
        yield return (Prefix + "saved-usd", Money(decision.SavedUsd));
        yield return (Prefix + "figures", decision.IsFinal ? "final" : "prompt-only");
    }

    private static string Money(decimal usd) => usd.ToString("0.##################", CultureInfo.InvariantCulture);

    // A model name comes from the caller: only visible ASCII may enter a header.
    private static string Token(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~') ? text : string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = source[i] is >= '!' and <= '~' ? source[i] : '_';
    });
}
