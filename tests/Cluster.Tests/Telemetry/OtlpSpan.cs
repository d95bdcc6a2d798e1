namespace OrleansLlm.Cluster.Tests.Telemetry;

/// <summary>A span as it came (opentelemetry-proto, trace.proto).</summary>
internal sealed record OtlpSpan(string TraceId, string SpanId, string ParentId, string Name, ulong Kind, bool IsError, IReadOnlyDictionary<string, object> Attributes)
{
    public static OtlpSpan Read(OtlpMessage span) => new(
        Convert.ToHexStringLower(span.Bytes(1)),
        Convert.ToHexStringLower(span.Bytes(2)),
        Convert.ToHexStringLower(span.Bytes(4)),
        span.Text(5),
        span.Number(6),
        span.All(15).Any(s => OtlpMessage.Read(s).Number(3) == 2),
        span.All(9).Select(OtlpMessage.Read).ToDictionary(a => a.Text(1), a => Value(OtlpMessage.Read(a.Bytes(2)))));

    // AnyValue { string = 1, bool = 2, int = 3, double = 4, array = 5 { values = 1 } }
    private static object Value(OtlpMessage value) =>
        value.Has(2) ? value.Number(2) != 0
        : value.Has(3) ? (long)value.Number(3)
        : value.Has(4) ? BitConverter.UInt64BitsToDouble(value.Number(4))
        : value.Has(5) ? string.Join(',', OtlpMessage.Read(value.Bytes(5)).All(1).Select(v => Value(OtlpMessage.Read(v))))
        : value.Text(1);
}
