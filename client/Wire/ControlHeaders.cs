using System.Globalization;
using Microsoft.Extensions.Primitives;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Wire;

/// <summary>Reads what a caller asks of the layers: <c>Cache-Control</c> and <c>x-orleansllm-*</c> request headers.</summary>
internal static class ControlHeaders
{
    public const int LongestNamespace = 128;
    public const int MostTags = 16;

    /// <summary>Reads the headers; a header of ours with a value it cannot have is a problem, an unknown cache directive is not.</summary>
    public static RequestProblem? Read(IHeaderDictionary headers, out RequestControls controls)
    {
        controls = RequestControls.Default;
        var cacheNamespace = headers[AnswerHeaders.Prefix + "cache-namespace"].ToString();
        if (cacheNamespace.Length > LongestNamespace)
            return Wrong("cache-namespace", $"at most {LongestNamespace} characters");
        var tags = headers[AnswerHeaders.Prefix + "cache-tags"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (tags.Length > MostTags || Array.Exists(tags, static t => t.Length > LongestNamespace))
            return Wrong("cache-tags", $"at most {MostTags} tags of at most {LongestNamespace} characters, separated by commas");
        if (ReadSwitch(headers, AnswerHeaders.Prefix + "compress", out var compressOff) is { } wrongCompress)
            return wrongCompress;
        if (ReadSwitch(headers, AnswerHeaders.Prefix + "route", out var routeOff) is { } wrongRoute)
            return wrongRoute;

        double? threshold = null;
        if (headers.TryGetValue(AnswerHeaders.Prefix + "cache-threshold", out var given))
        {
            if (!double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value is not (>= 0 and <= 1))
                return Wrong("cache-threshold", "a number from 0 to 1");
            threshold = value;
        }

        var noCache = false;
        var noStore = false;
        int? maxAge = null;
        foreach (var directive in Directives(headers.CacheControl))
        {
            if (directive.Equals("no-cache", StringComparison.OrdinalIgnoreCase))
                noCache = true;
            else if (directive.Equals("no-store", StringComparison.OrdinalIgnoreCase))
                noStore = true;
            else if (directive.StartsWith("max-age=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(directive.AsSpan(8), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                maxAge = seconds;
        }

        controls = new RequestControls
        {
            NoCache = noCache,
            NoStore = noStore,
            MaxAgeSeconds = maxAge,
            CompressOff = compressOff,
            RouteOff = routeOff,
            CacheThreshold = threshold,
            CacheNamespace = cacheNamespace,
            CacheTags = tags,
        };
        return null;
    }

    private static RequestProblem? ReadSwitch(IHeaderDictionary headers, string name, out bool off)
    {
        var value = headers[name].ToString();
        off = value.Equals("off", StringComparison.OrdinalIgnoreCase);
        return off || value.Length == 0 || value.Equals("on", StringComparison.OrdinalIgnoreCase) ? null : Wrong(name[AnswerHeaders.Prefix.Length..], "'on' or 'off'");
    }

    private static RequestProblem Wrong(string name, string expected) =>
        new($"The header '{AnswerHeaders.Prefix}{name}' must be {expected}.", AnswerHeaders.Prefix + name, "invalid_header");

    private static IEnumerable<string> Directives(StringValues values)
    {
        foreach (var value in values)
        {
            foreach (var directive in (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                yield return directive;
        }
    }
}
