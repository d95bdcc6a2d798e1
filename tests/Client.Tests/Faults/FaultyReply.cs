using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OrleansLlm.Client.Tests.Faults;

/// <summary>What the faulty server writes, from good answers of each form.</summary>
internal static class FaultyReply
{
    private const string Error = """{"error":{"message":"The provider's own words.","type":"server_error","param":null,"code":"own_code"}}""";

    /// <summary>Writes one reply; false where the connection is to be reset in place of closed.</summary>
    public static async Task<bool> WriteAsync(NetworkStream stream, string fault, string path, JsonElement body, int call)
    {
        var streamed = body.TryGetProperty("stream", out var s) && s.ValueKind == JsonValueKind.True;
        var answer = Encoding.UTF8.GetBytes(Answer(path, streamed));
        var type = streamed ? "text/event-stream" : "application/json";
        switch (fault)
        {
            case "429":
                await ReplyAsync(stream, 429, Error, "retry-after: 20");
                return true;
            case "429-s" when call == 1:
                await ReplyAsync(stream, 429, Error, "retry-after: 1");
                return true;
            case "429-ms" when call <= 2:
                await ReplyAsync(stream, 429, Error, "retry-after: 20\r\nretry-after-ms: 30");
                return true;
            case "429-date" when call == 1:
                await ReplyAsync(stream, 429, Error, "retry-after: " + DateTimeOffset.UtcNow.AddSeconds(2).ToString("r", CultureInfo.InvariantCulture));
                return true;
            case "500":
                await ReplyAsync(stream, 500, Error);
                return true;
            case "503" when call == 1:
                await ReplyAsync(stream, 503, Error);
                return true;
            case "no-retry":
                await ReplyAsync(stream, 503, Error, "x-should-retry: false");
                return true;
            case "stall":
            case "stall-once" when call == 1:
                await UntilGoneAsync(stream);
                return true;
            case "stall-mid":
                await HeadAsync(stream, 200, type, answer.Length);
                await stream.WriteAsync(answer.AsMemory(0, answer.Length / 2));
                await UntilGoneAsync(stream);
                return true;
            case "cut":
                await HeadAsync(stream, 200, type, answer.Length);
                await stream.WriteAsync(answer.AsMemory(0, answer.Length / 2));
                return true;
            case "reset":
                await HeadAsync(stream, 200, type, answer.Length);
                await stream.WriteAsync(answer.AsMemory(0, answer.Length / 2));
                // Time for the half to be read, before the reset throws it away.
                await Task.Delay(300);
                return false;
            case "reset-early":
                return false;
            case "malformed":
                await ReplyAsync(stream, 200, "data: {\"id\":\n\nnonsense\n\ndata: ]]\n\n: \n\n", type: "text/event-stream");
                return true;
            case "oversized":
                await HeadAsync(stream, 200, type, null);
                try
                {
                    if (!streamed)
                        await stream.WriteAsync("{\"x\":\""u8.ToArray());
                    var piece = streamed ? "data: {\"choices\":[],\"pad\":\"" + new string('x', 8000) + "\"}\n\n" : new string('x', 8000);
                    while (true)
                        await stream.WriteAsync(Encoding.UTF8.GetBytes(piece));
                }
                catch (IOException)
                {
                    // Nobody reads any more: as it should be.
                }

                return true;
            case "html":
                await ReplyAsync(stream, 200, "<html>Sign in</html>", type: "text/html");
                return true;
            default:
                await HeadAsync(stream, 200, type, answer.Length);
                await stream.WriteAsync(answer);
                return true;
        }
    }

    private static string Answer(string path, bool streamed) => path switch
    {
        "/v1/embeddings" => """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,0.2]}],"model":"e","usage":{"prompt_tokens":7,"total_tokens":7}}""",
        "/v1/responses" when streamed =>
            """
            event: response.created
            data: {"type":"response.created","response":{"id":"resp_1","object":"response","status":"in_progress","model":"m","output":[]}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"Five euros are charged for it."}

            event: response.completed
            data: {"type":"response.completed","response":{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"message","id":"i","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Five euros are charged for it.","annotations":[]}]}],"usage":{"input_tokens":7,"output_tokens":3,"total_tokens":10}}}


            """,
        "/v1/responses" => """{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","output":[{"type":"message","id":"i","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Five.","annotations":[]}]}],"usage":{"input_tokens":7,"output_tokens":3,"total_tokens":10}}""",
        _ when streamed =>
            """
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Five euros are charged"},"finish_reason":null}]}

            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" for it."},"finish_reason":"stop"}]}

            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}

            data: [DONE]


            """,
        _ => """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Five."},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""",
    };

    private static async Task ReplyAsync(NetworkStream stream, int status, string body, string? headers = null, string type = "application/json")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        await HeadAsync(stream, status, type, bytes.Length, headers);
        await stream.WriteAsync(bytes);
    }

    private static async Task HeadAsync(NetworkStream stream, int status, string type, int? length, string? headers = null)
    {
        var head = $"HTTP/1.1 {status} Status\r\ncontent-type: {type}\r\nconnection: close\r\n"
            + (length is { } l ? $"content-length: {l}\r\n" : string.Empty) + (headers is null ? string.Empty : headers + "\r\n") + "\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
    }

    private static async Task UntilGoneAsync(NetworkStream stream)
    {
        try
        {
            while (await stream.ReadAsync(new byte[1024]) > 0)
            {
            }
        }
        catch (IOException)
        {
        }
    }
}
