using System.Text.Json;

namespace OrleansLlm.Client.Tests.Replay;

/// <summary>One line of <c>samples/compliance.labels.jsonl</c>.</summary>
internal sealed record SampleLabel(int Line, string Family, string Kind, int? SameAs, bool Simple, int? Near)
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
