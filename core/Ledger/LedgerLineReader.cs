using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Ledger;

/// <summary>
/// Reads an entry's line as this version writes it, without the boxes that the serializer keeps its values in. Whatever stands there otherwise
/// (another version's field, a null, a name for a number) is left to the serializer.
/// </summary>
internal ref struct LedgerLineReader
{
    // By the places in s_fields.
    private const ulong Required = 0b0000_0000_0000_0001_1111_0110_1111_0000_0011;

    // In the order in which they are written: the next is found at once.
    private static readonly byte[][] s_fields =
    [
        [.. "request_id"u8], [.. "tenant_id"u8], [.. "writer"u8], [.. "sequence"u8], [.. "project_id"u8], [.. "key_id"u8], [.. "question_hash"u8],
        [.. "question"u8], [.. "at"u8], [.. "requested_model"u8], [.. "baseline_model"u8], [.. "used_model"u8], [.. "provider"u8], [.. "hit_kind"u8],
        [.. "prompt_tokens_before"u8], [.. "cached_tokens_removed"u8], [.. "usage"u8], [.. "completion_tokens_served"u8], [.. "cost_usd"u8],
        [.. "baseline_usd"u8], [.. "saved"u8], [.. "price_version"u8], [.. "priced"u8], [.. "estimated"u8], [.. "route_score"u8],
        [.. "route_reason"u8], [.. "route_threshold"u8], [.. "route_class"u8], [.. "route_constraint"u8], [.. "cache_score"u8], [.. "status"u8],
        [.. "times"u8], [.. "shadow_saved"u8],
    ];

    private static readonly byte[][] s_usage =
    [
        [.. "prompt_tokens"u8], [.. "completion_tokens"u8], [.. "cached_tokens"u8], [.. "cache_write_tokens"u8], [.. "reasoning_tokens"u8],
        [.. "long_cache_write_tokens"u8], [.. "tier"u8],
    ];

    private static readonly byte[][] s_savings = [[.. "cache"u8], [.. "routing"u8], [.. "compression"u8], [.. "total"u8]];
    private static readonly byte[][] s_times = [[.. "cache"u8], [.. "routing"u8], [.. "compression"u8], [.. "upstream"u8], [.. "total"u8]];

    // Names that come again with nearly every entry: the last of each field, by thread.
    [ThreadStatic]
    private static string?[]? t_names;

    private Utf8JsonReader _json;

    private LedgerLineReader(ReadOnlySpan<byte> line) => _json = new Utf8JsonReader(line);

    /// <summary>The entry; false where the line is not of the usual form.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out LedgerEntry? entry)
    {
        var reader = new LedgerLineReader(line);
        try
        {
            return reader.TryRead(out entry);
        }
        catch (InvalidOperationException)
        {
            // A text that is no UTF-8.
            entry = null;
            return false;
        }
    }

    private bool TryRead([NotNullWhen(true)] out LedgerEntry? entry)
    {
        entry = null;
        string? requestId = null, tenantId = null, requested = null, baseline = null, used = null, project = null, key = null, hash = null, question = null;
        string? provider = null, priceVersion = null, routeReason = null, routeClass = null, routeConstraint = null;
        var writer = string.Empty;
        var at = default(DateTimeOffset);
        var kind = default(HitKind);
        int promptBefore = 0, completionServed = 0, cachedRemoved = 0, status = 200;
        long sequence = 0;
        decimal cost = 0, baselineUsd = 0;
        double? routeScore = null, routeThreshold = null, cacheScore = null;
        bool priced = true, estimated = false;
        var usage = default(TokenUsage);
        SavingsBreakdown saved = default, shadow = default;
        var times = default(LayerTimes);
        var seen = 0UL;
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            return false;
        var field = -1;
        while (NextField(s_fields, ref field))
        {
            seen |= 1UL << field;
            var ok = field switch
            {
                0 => Text(ref requestId),
                1 => Known(field, ref tenantId),
                2 => Known(field, ref writer!),
                3 => _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out sequence),
                4 => Text(ref project),
                5 => Text(ref key),
                6 => Text(ref hash),
                7 => Text(ref question),
                8 => _json.TokenType == JsonTokenType.String && _json.TryGetDateTimeOffset(out at),
                9 => Known(field, ref requested),
                10 => Known(field, ref baseline),
                11 => Known(field, ref used),
                12 => Known(field, ref provider),
                13 => Name(out kind),
                14 => Number(out promptBefore),
                15 => Number(out cachedRemoved),
                16 => Usage(out usage),
                17 => Number(out completionServed),
                18 => Money(out cost),
                19 => Money(out baselineUsd),
                20 => Savings(out saved),
                21 => Known(field, ref priceVersion),
                22 => Truth(out priced),
                23 => Truth(out estimated),
                24 => Score(out routeScore),
                25 => Known(field, ref routeReason),
                26 => Score(out routeThreshold),
                27 => Known(field, ref routeClass),
                28 => Known(field, ref routeConstraint),
                29 => Score(out cacheScore),
                30 => Number(out status),
                31 => Times(out times),
                32 => Savings(out shadow),
                _ => false,
            };
            if (!ok)
                return false;
        }

        // What follows the entry's end is an error, as for the serializer.
        if (_json.TokenType != JsonTokenType.EndObject || _json.Read() || (seen & Required) != Required)
            return false;
        entry = new LedgerEntry
        {
            RequestId = requestId!,
            TenantId = tenantId!,
            Writer = writer,
            Sequence = sequence,
            ProjectId = project,
            KeyId = key,
            QuestionHash = hash,
            Question = question,
            At = at,
            RequestedModel = requested!,
            BaselineModel = baseline!,
            UsedModel = used!,
            Provider = provider,
            HitKind = kind,
            PromptTokensBefore = promptBefore,
            CachedTokensRemoved = cachedRemoved,
            Usage = usage,
            CompletionTokensServed = completionServed,
            CostUsd = cost,
            BaselineUsd = baselineUsd,
            Saved = saved,
            PriceVersion = priceVersion,
            Priced = priced,
            Estimated = estimated,
            RouteScore = routeScore,
            RouteReason = routeReason,
            RouteThreshold = routeThreshold,
            RouteClass = routeClass,
            RouteConstraint = routeConstraint,
            CacheScore = cacheScore,
            Status = status,
            Times = times,
            ShadowSaved = shadow,
        };
        return true;
    }

    // Goes to the next field's value; false at the object's end. A name that is not known is the number of names.
    private bool NextField(byte[][] names, ref int field)
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.PropertyName)
            return false;
        var next = field + 1;
        field = names.Length;
        for (var i = 0; i < names.Length; i++)
        {
            var at = (next + i) % names.Length;
            if (!_json.ValueTextEquals(names[at]))
                continue;
            field = at;
            break;
        }

        return _json.Read();
    }

    private readonly bool Text(ref string? value)
    {
        if (_json.TokenType != JsonTokenType.String)
            return false;
        value = _json.GetString();
        return true;
    }

    private readonly bool Known(int field, ref string? value)
    {
        var names = t_names ??= new string?[s_fields.Length];
        if (_json.TokenType == JsonTokenType.String && names[field] is { } last && _json.ValueTextEquals(last))
        {
            value = last;
            return true;
        }

        if (!Text(ref value))
            return false;
        names[field] = value;
        return true;
    }

    private readonly bool Number(out int value)
    {
        value = 0;
        return _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out value);
    }

    private readonly bool Money(out decimal value)
    {
        value = 0;
        return _json.TokenType == JsonTokenType.Number && _json.TryGetDecimal(out value);
    }

    private readonly bool Milliseconds(out double value)
    {
        value = 0;
        return _json.TokenType == JsonTokenType.Number && _json.TryGetDouble(out value);
    }

    private readonly bool Score(out double? value)
    {
        var ok = Milliseconds(out var number);
        value = number;
        return ok;
    }

    private readonly bool Truth(out bool value)
    {
        value = _json.TokenType == JsonTokenType.True;
        return value || _json.TokenType == JsonTokenType.False;
    }

    private readonly bool Name<T>(out T value)
        where T : struct, Enum
    {
        value = default;
        Span<char> name = stackalloc char[32];
        if (_json.TokenType != JsonTokenType.String || _json.HasValueSequence || _json.ValueSpan.Length > name.Length || _json.ValueIsEscaped)
            return false;
        name = name[.._json.CopyString(name)];
        // No number in quotation marks, no list.
        foreach (var c in name)
        {
            if (!char.IsAsciiLetter(c))
                return false;
        }

        return Enum.TryParse(name, out value);
    }

    private bool Usage(out TokenUsage usage)
    {
        int prompt = 0, completion = 0, cached = 0, written = 0, reasoning = 0, writtenLong = 0;
        ServiceTier? tier = null;
        usage = default;
        if (_json.TokenType != JsonTokenType.StartObject)
            return false;
        var field = -1;
        while (NextField(s_usage, ref field))
        {
            var ok = field switch
            {
                0 => Number(out prompt),
                1 => Number(out completion),
                2 => Number(out cached),
                3 => Number(out written),
                4 => Number(out reasoning),
                5 => Number(out writtenLong),
                6 => Tier(out tier),
                _ => false,
            };
            if (!ok)
                return false;
        }

        usage = new TokenUsage(prompt, completion, cached, written, reasoning, writtenLong, tier);
        return true;
    }

    private readonly bool Tier(out ServiceTier? tier)
    {
        var ok = Name<ServiceTier>(out var value);
        tier = value;
        return ok;
    }

    private bool Savings(out SavingsBreakdown saved)
    {
        decimal cache = 0, routing = 0, compression = 0;
        saved = default;
        if (_json.TokenType != JsonTokenType.StartObject)
            return false;
        var field = -1;
        while (NextField(s_savings, ref field))
        {
            var ok = field switch
            {
                0 => Money(out cache),
                1 => Money(out routing),
                2 => Money(out compression),
                3 => Money(out _),
                _ => false,
            };
            if (!ok)
                return false;
        }

        saved = new SavingsBreakdown(cache, routing, compression);
        return true;
    }

    private bool Times(out LayerTimes times)
    {
        double cache = 0, routing = 0, compression = 0, upstream = 0, total = 0;
        times = default;
        if (_json.TokenType != JsonTokenType.StartObject)
            return false;
        var field = -1;
        while (NextField(s_times, ref field))
        {
            var ok = field switch
            {
                0 => Milliseconds(out cache),
                1 => Milliseconds(out routing),
                2 => Milliseconds(out compression),
                3 => Milliseconds(out upstream),
                4 => Milliseconds(out total),
                _ => false,
            };
            if (!ok)
                return false;
        }

        times = new LayerTimes(cache, routing, compression, upstream, total);
        return true;
    }
}
