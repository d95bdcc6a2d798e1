using System.Text;
using System.Text.Json;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core;
using OrleansLlm.Core.Tenants;

namespace OrleansLlm.Client.Tests.Wire;

public sealed class TransferLineTests
{
    private static readonly TenantPolicy s_policy = new()
    {
        TenantId = "acme", Cache = LayerMode.On, Routing = LayerMode.Off, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromDays(1),
    };

    [Theory]
    [InlineData("""{"partition":"P","fingerprint":"P","question":"q","model":"m","namespace":"","response":"r","tags":[]}""")]
    [InlineData("""{"partition":"P","fingerprint":"P","question":"q","model":"m","created_at":"2026-11-26T00:00:00Z","expires_at":"2026-11-27T00:00:00Z","response":"R"}""")]
    [InlineData("""{"partition":"P","fingerprint":"P","question":"q","model":"m","created_at":7,"expires_at":7}""")]
    public void Read_ExportThatLacksAField_IsALineLeftOut(string line)
    {
        var whole = line.Replace("\"P\"", $"\"{new string('a', 64)}\"", StringComparison.Ordinal)
            .Replace("\"R\"", """ "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"yes\"}}]}" """, StringComparison.Ordinal);
        Assert.Null(TransferLine.Read(Encoding.UTF8.GetBytes(whole), 1, s_policy, new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero), 1024, out var problem));
        Assert.NotEmpty(problem!);
    }

    [Theory]
    [InlineData("Five euros.", true)]
    [InlineData("I'm sorry, but I can't help with that.", false)]
    public void Read_ExportOfARefusal_IsALineLeftOut(string answer, bool isTaken)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(new
        {
            partition = new string('a', 64), fingerprint = new string('a', 64), question = "What is the fee?", model = "gpt-4o", @namespace = "", tags = Array.Empty<string>(),
            created_at = "2026-11-26T00:00:00Z", expires_at = "2026-11-27T00:00:00Z", usage = new { prompt_tokens = 9, completion_tokens = 3 }, response = Completion(answer),
        });
        AssertRead(line, isTaken, "refused");
    }

    [Theory]
    [InlineData("Five euros.", "text", true)]
    [InlineData("I'm sorry, but I can't help with that.", "text", false)]
    [InlineData("I don't know.", "text", false)]
    [InlineData("{\"euros\":5}", "json_object", true)]
    [InlineData("Five euros.", "json_object", false)]
    public void Read_LoggedAnswerThatIsNotKept_IsALineLeftOut(string answer, string format, bool isTaken)
    {
        var request = new { model = "gpt-4o", messages = new[] { new { role = "user", content = "What is the fee, as JSON?" } }, response_format = new { type = format } };
        AssertRead(JsonSerializer.SerializeToUtf8Bytes(new { request, response = JsonSerializer.Deserialize<JsonElement>(Completion(answer)) }), isTaken, format == "text" ? "refused" : "JSON");
    }

    // The owner's own words are what the owner means.
    [Fact]
    public void Read_PairWhoseAnswerDeclines_IsTaken() =>
        AssertRead("""{"question":"Can you give legal advice?","answer":"I'm sorry, but I can't help with that; call the desk."}"""u8.ToArray(), isTaken: true, "");

    private static void AssertRead(byte[] line, bool isTaken, string problem)
    {
        var answer = TransferLine.Read(line, 1, s_policy, new DateTimeOffset(2026, 11, 26, 1, 0, 0, TimeSpan.Zero), 1024, out var said);
        Assert.Equal(isTaken, answer is not null);
        Assert.Contains(isTaken ? string.Empty : problem, said ?? string.Empty, StringComparison.Ordinal);
    }

    private static string Completion(string answer) => JsonSerializer.Serialize(new
    {
        id = "c", @object = "chat.completion", created = 1, model = "gpt-4o",
        choices = new[] { new { index = 0, finish_reason = "stop", message = new { role = "assistant", content = answer } } },
        usage = new { prompt_tokens = 9, completion_tokens = 3, total_tokens = 12 },
    });
}
