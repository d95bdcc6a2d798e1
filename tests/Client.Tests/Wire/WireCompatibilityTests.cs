using System.Text;

namespace OrleansLlm.Client.Tests.Wire;

/// <summary>What passes and what does not, and the page that says so: <c>docs/wire-compatibility.md</c>.</summary>
public sealed class WireCompatibilityTests(WireRun run) : IClassFixture<WireRun>
{
    /// <summary>Set to 1 to write the page.</summary>
    private const string WriteVariable = "ORLEANSLLM_WRITE_DOCS";

    private static readonly string[] NodeClients = ["openai", "LangChain.js", "Vercel AI SDK"];
    private static readonly string[] DotNetClients = ["OpenAI (.NET)", "Azure.AI.OpenAI", "Microsoft.Extensions.AI.OpenAI"];

    private static readonly (string Name, string Title)[] Features =
    [
        ("text", "Text, unknown fields, every Unicode"),
        ("choices", "Several choices (`n`)"),
        ("logprobs", "Log probabilities"),
        ("tools-parallel", "Parallel tool calls (index, id, name)"),
        ("tools-custom", "Custom tools"),
        ("tool-results", "Tool results"),
        ("json-schema", "`json_schema` answers"),
        ("parts", "Images, audio and files in the prompt"),
        ("audio-out", "Audio answers"),
        ("refusal", "Refusals"),
        ("annotations", "Annotations of web search, citations"),
        ("reasoning", "Reasoning and thinking, with their tokens in the usage"),
        ("prompt-cache", "Prompt cache fields (`prompt_cache_key`, `cache_control`, cached and written tokens)"),
        ("previous-response", "`previous_response_id`"),
        ("azure-filters", "Azure's content filter fields"),
        ("length", "Cut off by length"),
        ("content-filter", "Cut off by a filter"),
        ("usage-asked", "`stream_options.include_usage`"),
        ("comments-and-crlf", "Comments and CRLF in streams"),
        ("error-in-mid-stream", "Errors in mid stream"),
        ("token-prompts", "Lists of prompts"),
        ("float", "Vectors as numbers"),
        ("base64", "Vectors as base64"),
        ("limit-headers", "`x-ratelimit-*`, `openai-processing-ms`, `openai-version`, `anthropic-ratelimit-*`"),
        ("error-400", "400, 404"),
        ("error-404", "404"),
        ("error-408", "408"),
        ("error-409", "409"),
        ("error-413", "413"),
        ("error-422", "422"),
        ("error-429", "429 with `retry-after`, `retry-after-ms`, `x-should-retry`"),
        ("error-500", "500"),
        ("error-503", "503"),
        ("error-529", "529"),
    ];

    private static readonly (string Method, string Address, string? Body)[] Addresses =
    [
        ("POST", "/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"(recording: chat/text) address 1"}]}"""),
        ("POST", "/v1/responses", """{"model":"gpt-4o","input":"(recording: responses/text) address 2"}"""),
        ("POST", "/v1/completions", """{"model":"gpt-3.5-turbo-instruct","prompt":"(recording: completions/text) address 3"}"""),
        ("POST", "/v1/embeddings", """{"model":"text-embedding-3-small","input":"(recording: embeddings/float) address 4"}"""),
        ("POST", "/v1/messages", """{"model":"claude-haiku-4-5","max_tokens":90,"messages":[{"role":"user","content":"(recording: messages/text) address 10"}]}"""),
        ("POST", "/v1/messages/count_tokens", """{"model":"claude-haiku-4-5","messages":[{"role":"user","content":"(recording: messages/text) address 11"}]}"""),
        ("GET", "/v1/models", null),
        ("GET", "/v1/models/gpt-4o", null),
        ("POST", "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", """{"messages":[{"role":"user","content":"(recording: chat/text) address 5"}]}"""),
        ("POST", "/openai/deployments/gpt-3.5-turbo-instruct/completions?api-version=2024-10-21", """{"prompt":"(recording: completions/text) address 6"}"""),
        ("POST", "/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-10-21", """{"input":"(recording: embeddings/float) address 7"}"""),
        ("POST", "/openai/responses?api-version=2025-04-01-preview", """{"model":"gpt-4o","input":"(recording: responses/text) address 8"}"""),
        ("GET", "/openai/models?api-version=2024-10-21", null),
        ("POST", "/openai/v1/chat/completions", """{"model":"gpt-4o","messages":[{"role":"user","content":"(recording: chat/text) address 9"}]}"""),
        ("GET", "/v1/responses/resp_1", null),
        ("DELETE", "/v1/responses/resp_1", null),
        ("GET", "/v1/responses/resp_1/input_items", null),
        ("POST", "/v1/responses/resp_1/cancel", null),
        ("POST", "/v1/responses/input_tokens", "{}"),
        ("POST", "/v1/conversations", "{}"),
        ("POST", "/v1/images/generations", "{}"),
        ("POST", "/v1/audio/transcriptions", "{}"),
        ("POST", "/v1/audio/speech", "{}"),
        ("POST", "/v1/moderations", "{}"),
        ("POST", "/v1/files", "{}"),
        ("POST", "/v1/batches", "{}"),
        ("POST", "/v1/messages/batches", "{}"),
        ("GET", "/v1/realtime", null),
    ];

    // What is not one recording's bytes is shown by a test of its own.
    private static readonly (string What, string Test)[] Behaviours =
    [
        ("Requests reach the provider byte for byte but for the model, compressed text and `stream_options`", nameof(ByteFidelityTests.Post_RandomBodies_ReachTheProviderByteForByte)),
        ("Streams split anywhere, with LF, CRLF or CR", nameof(StreamingTests.Stream_SplitAnywhereInAnyLineEnds_PassesByteForByte)),
        ("A chunk is forwarded before the next is made", nameof(StreamingTests.Stream_EachChunk_IsForwardedBeforeTheNextIsMade)),
        ("Silent streams are kept open by comments", nameof(StreamingTests.Stream_Silent_IsKeptAliveByCommentsBetweenEvents)),
        ("Nothing is sent before the provider's status is known", nameof(StreamingTests.Stream_SilentBeforeTheHead_SendsNothingAndKeepsTheStatus)),
        ("A caller who leaves cuts the provider and is billed", nameof(StreamingTests.Abort_InMidAnswer_CutsTheProviderAndIsBilled)),
        ("A reader who does not read holds the provider back, not memory", nameof(StreamingTests.Stream_ReaderThatDoesNotRead_HoldsTheProviderBack)),
        ("Streams are billed exactly without being asked for usage, cached tokens at their price", nameof(StreamingTests.Stream_WithoutAskingForUsage_IsBilledByTheInjectedOneWithItsCachedTokens)),
        ("No deadline on a stream as a whole", nameof(StreamingTests.Stream_LongerThanTheIdleDeadlineInAll_IsNotCut)),
        ("A 401 or 403 is the gateway's trouble with its provider: 502 to callers, of the provider's words nothing", nameof(ProviderKeyTests.Post_ProviderRefusesTheGateway_Is502WithoutItsWords)),
        ("What an address cannot mean goes nowhere", nameof(EndToEnd.AddressTests.Post_DeploymentThatClimbs_Is404AndGoesNowhere)),
    ];

    public static TheoryData<string> Recordings => [.. Recording.All.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> Clients => [.. NodeClients, .. DotNetClients];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Replay_Recording_DiffersByDeclaredEditsAlone(string recording) => Assert.Null(run.Replays[recording]);

    [Theory]
    [MemberData(nameof(Clients))]
    public void Client_Unchanged_Works(string client)
    {
        if (!run.HasNode && NodeClients.Contains(client))
            Assert.Skip("The Node clients are not restored: npm ci --prefix tests/Client.Tests/Node");
        Assert.Empty(run.Clients[client].Where(static f => f.Value is not null).Select(static f => $"{f.Key}: {f.Value}"));
    }

    [Fact]
    public async Task Clients_ThatAborted_CutTheProvider()
    {
        var aborts = run.Clients.Values.Count(static c => c.ContainsKey("abort"));
        for (var attempt = 0; run.Abandoned < aborts && attempt < 200; attempt++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(aborts, run.Abandoned);
    }

    [Fact]
    public void Recordings_EachHasATitleInThePage() =>
        Assert.Empty(Recording.All.Values.Select(static r => r.Name).Except(Features.Select(static f => f.Name)));

    [Fact]
    public async Task Page_SaysWhatTheTestsFound()
    {
        if (!run.HasNode)
            Assert.Skip("The Node clients are not restored: npm ci --prefix tests/Client.Tests/Node");
        var page = await PageAsync();
        var file = Path.Combine(Repository.Root, "docs", "wire-compatibility.md");
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
            await File.WriteAllTextAsync(file, page, TestContext.Current.CancellationToken);
        Assert.True(
            File.Exists(file) && await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) == page,
            $"docs/wire-compatibility.md is out of date: run this test with {WriteVariable}=1 and look at the difference.");
    }

    private async Task<string> PageAsync()
    {
        var page = new StringBuilder()
            .Append("# Wire compatibility\n\nWritten by `WireCompatibilityTests`, which fail where it is out of date; not by hand.\n\n## Addresses\n\n| address | served |\n|---|---|\n");
        foreach (var (method, address, body) in Addresses)
            page.Append($"| `{method} {address}` | {(await IsServedAsync(method, address, body) ? "yes" : "no")} |\n");

        page.Append("\n## Features\n\nA provider's recorded bytes, replayed through every address of the endpoint: nothing differs but the declared edits. `plain` and `streamed` say that a feature exists in one of the two only.\n\n");
        page.Append("| feature | chat completions | responses | completions | embeddings | messages |\n|---|---|---|---|---|---|\n");
        foreach (var (name, title) in Features)
        {
            page.Append("| ").Append(title).Append(" |");
            foreach (var form in new[] { "chat", "responses", "completions", "embeddings", "messages" })
                page.Append(' ').Append(Cell(form, name)).Append(" |");
            page.Append('\n');
        }

        page.Append("\n## Behaviour\n\n| what | shown by |\n|---|---|\n");
        foreach (var (what, test) in Behaviours)
            page.Append($"| {what} | `{test}` |\n");

        string[] clients = [.. NodeClients, .. DotNetClients];
        page.Append("\n## Clients, unchanged but for the address\n\n`—` where a client has no such thing, or only by another name.\n\n| feature | ").AppendJoin(" | ", clients).Append(" |\n|---|").Insert(page.Length, "---|", clients.Length).Append('\n');
        foreach (var feature in clients.SelectMany(c => run.Clients[c].Keys).Distinct())
        {
            page.Append("| ").Append(feature).Append(" |");
            foreach (var client in clients)
                page.Append(' ').Append(run.Clients[client].TryGetValue(feature, out var problem) ? problem is null ? "yes" : "no" : "—").Append(" |");
            page.Append('\n');
        }

        return page.ToString();
    }

    private string Cell(string form, string name)
    {
        if (!Recording.All.TryGetValue(form + "/" + name, out var recording))
            return "—";
        if (run.Replays[recording.Key] is not null)
            return "no";
        return recording.IsError || form == "embeddings" || (recording.Plain is not null && recording.Streamed is not null) ? "yes" : recording.Plain is not null ? "plain" : "streamed";
    }

    private async Task<bool> IsServedAsync(string method, string address, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await run.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.IsSuccessStatusCode;
    }
}
