#pragma warning disable OPENAI001 // Responses are marked as experimental in the package.
using System.ClientModel;
using System.ClientModel.Primitives;
using Azure.AI.OpenAI;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Responses;
using ChatMessage = OpenAI.Chat.ChatMessage;

namespace OrleansLlm.Client.Tests.Wire;

/// <summary>What the .NET clients make of the recordings, unchanged but for the address.</summary>
internal sealed class DotNetProbes(Uri gateway, string key)
{
    private const string OpenAi = "OpenAI (.NET)";
    private const string Azure = "Azure.AI.OpenAI";
    private const string Extensions = "Microsoft.Extensions.AI.OpenAI";
    private const string Text = "The fee is 5 €.\n— see “Fees” 😀";

    private static readonly ChatTool Fee = ChatTool.CreateFunctionTool("get_fee", "The fee", BinaryData.FromString("""{"type":"object","properties":{"product":{"type":"string"}}}"""));
    private static readonly BinaryData Schema = BinaryData.FromString("""{"type":"object","properties":{"amount":{"type":"number"},"currency":{"type":"string"}},"required":["amount","currency"],"additionalProperties":false}""");
    private static readonly BinaryData Picture = BinaryData.FromBytes(Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="));
    private static readonly (string, string, string)[] Calls = [("call_A1", "get_fee", """{"product":"card"}"""), ("call_B2", "get_fee", """{"product":"loan"}""")];

    private readonly Dictionary<string, Dictionary<string, string?>> _results = [];
    private int _run;

    /// <summary>By client and feature: null where it works, else what went wrong.</summary>
    public async Task<Dictionary<string, Dictionary<string, string?>>> RunAsync()
    {
        await ChatAsync(OpenAi, retries => new ChatClient("gpt-4o", new ApiKeyCredential(key), Options(retries)));
        await ChatAsync(Azure, retries => AzureClient(retries).GetChatClient("gpt-4o"));
        await EmbedAsync(OpenAi, new EmbeddingClient("text-embedding-3-small", new ApiKeyCredential(key), Options(0)));
        await EmbedAsync(Azure, AzureClient(0).GetEmbeddingClient("text-embedding-3-small"));
        await RespondAsync();
        await ExtensionsAsync();
        return _results;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OpenAIClientOptions Options(int retries) => new() { Endpoint = new Uri(gateway, "/v1"), RetryPolicy = new ClientRetryPolicy(retries) };

    private AzureOpenAIClient AzureClient(int retries) => new(gateway, new ApiKeyCredential(key), new AzureOpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(retries) });

    private ResponsesClient Responses() => new(new ApiKeyCredential(key), new ResponsesClientOptions { Endpoint = new Uri(gateway, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });

    // Distinct prompts, so that no answer comes from the cache.
    private string Ask(string recording) => $"(recording: {recording}) Whose fee is it? {++_run + 1000}";

    private ChatMessage[] User(string recording) => [new UserChatMessage(Ask(recording))];

    private async Task ProbeAsync(string client, string feature, Func<Task> test)
    {
        if (!_results.TryGetValue(client, out var features))
            _results[client] = features = [];
        try
        {
            await test();
            features[feature] = null;
        }
        catch (Exception e)
        {
            features[feature] = e.ToString();
        }
    }

    private async Task ChatAsync(string name, Func<int, ChatClient> make)
    {
        var client = make(0);
        await ProbeAsync(name, "plain", async () =>
        {
            ChatCompletion answer = await client.CompleteChatAsync(User("chat/text"), cancellationToken: Token);
            Assert.Equal((Text, 33), (answer.Content[0].Text, answer.Usage.TotalTokenCount));
        });
        await ProbeAsync(name, "streamed", async () =>
        {
            var (text, tokens) = ("", 0);
            await foreach (var update in client.CompleteChatStreamingAsync(User("chat/text"), cancellationToken: Token))
            {
                text += string.Concat(update.ContentUpdate.Select(static p => p.Text));
                tokens = update.Usage?.TotalTokenCount ?? tokens;
            }

            Assert.Equal((Text, 33), (text, tokens));
        });
        await ProbeAsync(name, "parallel tools", async () =>
        {
            ChatCompletion answer = await client.CompleteChatAsync(User("chat/tools-parallel"), new ChatCompletionOptions { Tools = { Fee } }, Token);
            Assert.Equal(Calls, answer.ToolCalls.Select(static c => (c.Id, c.FunctionName, c.FunctionArguments.ToString())));
            var calls = new SortedDictionary<int, (string Id, string Name, string Arguments)>();
            await foreach (var update in client.CompleteChatStreamingAsync(User("chat/tools-parallel"), new ChatCompletionOptions { Tools = { Fee } }, Token))
            {
                foreach (var call in update.ToolCallUpdates)
                {
                    var (id, function, arguments) = calls.GetValueOrDefault(call.Index, ("", "", ""));
                    calls[call.Index] = (id + call.ToolCallId, function + call.FunctionName, arguments + call.FunctionArgumentsUpdate);
                }
            }

            Assert.Equal(Calls, calls.Values);
        });
        await ProbeAsync(name, "json_schema", async () =>
        {
            var options = new ChatCompletionOptions { ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat("fee", Schema, jsonSchemaIsStrict: true) };
            ChatCompletion answer = await client.CompleteChatAsync(User("chat/json-schema"), options, Token);
            Assert.Equal("""{"amount":5.0,"currency":"EUR"}""", answer.Content[0].Text);
        });
        await ProbeAsync(name, "vision", async () =>
        {
            ChatCompletion answer = await client.CompleteChatAsync(
                [new UserChatMessage(ChatMessageContentPart.CreateTextPart(Ask("chat/parts")), ChatMessageContentPart.CreateImagePart(Picture, "image/png"))], cancellationToken: Token);
            Assert.StartsWith("A dot", answer.Content[0].Text, StringComparison.Ordinal);
        });
        await ProbeAsync(name, "logprobs", async () =>
        {
            ChatCompletion answer = await client.CompleteChatAsync(User("chat/logprobs"), new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2 }, Token);
            Assert.Equal(-6.25f, answer.ContentTokenLogProbabilities[0].TopLogProbabilities[1].LogProbability);
        });
        await ProbeAsync(name, "errors", async () =>
        {
            foreach (var status in new[] { 400, 404, 409, 422, 429, 500, 503 })
            {
                var failure = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync(User($"chat/error-{status}"), cancellationToken: Token));
                Assert.Equal(status, failure.Status);
            }
        });
        await ProbeAsync(name, "retries", async () =>
        {
            ChatCompletion answer = await make(2).CompleteChatAsync(User("chat/text"), new ChatCompletionOptions { EndUserId = "flaky-" + name }, Token);
            Assert.Equal(Text, answer.Content[0].Text);
        });
        await ProbeAsync(name, "abort", () => AbortAsync(token => client.CompleteChatStreamingAsync(User("chat/text"), new ChatCompletionOptions { EndUserId = "slow" }, token)));
    }

    private static async Task AbortAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> stream)
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in stream(caller.Token))
                await caller.CancelAsync();
        });
    }

    private Task EmbedAsync(string name, EmbeddingClient client) => ProbeAsync(name, "embeddings (base64)", async () =>
    {
        // The client asks for base64 by itself.
        var vectors = await client.GenerateEmbeddingsAsync([Ask("embeddings/base64"), "b"], new OpenAI.Embeddings.EmbeddingGenerationOptions { Dimensions = 4 }, Token);
        Assert.Equal([-0.5f, 0.25f, 0.125f, 1f], vectors.Value[0].ToFloats().ToArray());
    });

    private async Task RespondAsync()
    {
        var client = Responses();
        await ProbeAsync(OpenAi, "responses", async () =>
        {
            ResponseResult answer = await client.CreateResponseAsync("gpt-4o", Ask("responses/text"), cancellationToken: Token);
            Assert.Equal("The fee is 5 €. 😀", answer.GetOutputText());
            ResponseResult tooled = await client.CreateResponseAsync("gpt-4o", Ask("responses/tools-parallel"), cancellationToken: Token);
            Assert.Equal(Calls, tooled.OutputItems.OfType<FunctionCallResponseItem>().Select(static c => (c.CallId, c.FunctionName, c.FunctionArguments.ToString())));
        });
        await ProbeAsync(OpenAi, "responses streamed", async () =>
        {
            var (text, ended) = ("", false);
            await foreach (var update in client.CreateResponseStreamingAsync("gpt-4o", Ask("responses/reasoning"), cancellationToken: Token))
            {
                text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
                ended |= update is StreamingResponseCompletedUpdate { Response.Usage.OutputTokenDetails.ReasoningTokenCount: 256 };
            }

            Assert.Equal(("Five.", true), (text, ended));
        });
    }

    private async Task ExtensionsAsync()
    {
        IChatClient Client(int retries) => new ChatClient("gpt-4o", new ApiKeyCredential(key), Options(retries)).AsIChatClient();
        var client = Client(0);
        await ProbeAsync(Extensions, "plain", async () =>
        {
            var answer = await client.GetResponseAsync(Ask("chat/text"), cancellationToken: Token);
            Assert.Equal((Text, 33L), (answer.Text, answer.Usage!.TotalTokenCount));
        });
        await ProbeAsync(Extensions, "streamed", async () =>
        {
            var answer = await client.GetStreamingResponseAsync(Ask("chat/text"), cancellationToken: Token).ToChatResponseAsync(Token);
            Assert.Equal((Text, 33L), (answer.Text, answer.Usage!.TotalTokenCount));
        });
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(static (string product) => product, "get_fee")] };
        await ProbeAsync(Extensions, "parallel tools", async () =>
        {
            foreach (var answer in new[]
            {
                await client.GetResponseAsync(Ask("chat/tools-parallel"), options, Token),
                await client.GetStreamingResponseAsync(Ask("chat/tools-parallel"), options, Token).ToChatResponseAsync(Token),
            })
            {
                Assert.Equal(
                    [("call_A1", "get_fee", "card"), ("call_B2", "get_fee", "loan")],
                    answer.Messages.SelectMany(static m => m.Contents).OfType<FunctionCallContent>().Select(static c => (c.CallId, c.Name, c.Arguments!["product"]!.ToString()!)));
            }
        });
        await ProbeAsync(Extensions, "json_schema", async () =>
        {
            var format = Microsoft.Extensions.AI.ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(Schema), "fee");
            var answer = await client.GetResponseAsync(Ask("chat/json-schema"), new ChatOptions { ResponseFormat = format }, Token);
            Assert.Equal("""{"amount":5.0,"currency":"EUR"}""", answer.Text);
        });
        await ProbeAsync(Extensions, "vision", async () =>
        {
            var answer = await client.GetResponseAsync(
                [new Microsoft.Extensions.AI.ChatMessage(ChatRole.User, [new TextContent(Ask("chat/parts")), new DataContent(Picture.ToMemory(), "image/png")])], cancellationToken: Token);
            Assert.StartsWith("A dot", answer.Text, StringComparison.Ordinal);
        });
        await ProbeAsync(Extensions, "embeddings (base64)", async () =>
        {
            var generator = new EmbeddingClient("text-embedding-3-small", new ApiKeyCredential(key), Options(0)).AsIEmbeddingGenerator(4);
            var vectors = await generator.GenerateAsync([Ask("embeddings/base64"), "b"], cancellationToken: Token);
            Assert.Equal([-0.5f, 0.25f, 0.125f, 1f], vectors[0].Vector.ToArray());
        });
        await ProbeAsync(Extensions, "responses", async () =>
        {
            var answer = await Responses().AsIChatClient("gpt-4o").GetResponseAsync(Ask("responses/text"), cancellationToken: Token);
            Assert.Equal("The fee is 5 €. 😀", answer.Text);
        });
        await ProbeAsync(Extensions, "responses streamed", async () =>
        {
            var answer = await Responses().AsIChatClient("gpt-4o").GetStreamingResponseAsync(Ask("responses/reasoning"), cancellationToken: Token).ToChatResponseAsync(Token);
            Assert.Equal("Five.", answer.Text);
            Assert.Contains(answer.Messages.SelectMany(static m => m.Contents), static c => c is TextReasoningContent);
        });
        await ProbeAsync(Extensions, "errors", async () =>
        {
            foreach (var status in new[] { 400, 404, 429, 500 })
                Assert.Equal(status, (await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync(Ask($"chat/error-{status}"), cancellationToken: Token))).Status);
        });
        await ProbeAsync(Extensions, "retries", async () =>
        {
            var flaky = new ChatOptions { RawRepresentationFactory = static _ => new ChatCompletionOptions { EndUserId = "flaky-extensions" } };
            Assert.Equal(Text, (await Client(2).GetResponseAsync(Ask("chat/text"), flaky, Token)).Text);
        });
        var slow = new ChatOptions { RawRepresentationFactory = static _ => new ChatCompletionOptions { EndUserId = "slow" } };
        await ProbeAsync(Extensions, "abort", () => AbortAsync(token => client.GetStreamingResponseAsync(Ask("chat/text"), slow, token)));
    }
}
