using OrleansLlm.Client.Endpoints;

namespace OrleansLlm.Client.OpenApi;

/// <summary>What the reference says of the endpoints that applications use.</summary>
internal static class ModelOperations
{
    private const string Group = "Models";
    private const string Control = "header";
    private const string Switch = """{"type":"string","enum":["off"]}""";

    private static readonly ApiContent Events = new("text/event-stream");

    private static readonly ApiParameter[] CacheControls =
    [
        new("cache-control", "`no-cache`: the cache is not asked. `no-store`: nothing is stored, either. `max-age=N`: nothing older than N seconds is given.", Control),
        new("x-orleansllm-cache-namespace", "Answers are shared within a namespace only; at most 128 characters.", Control),
        new("x-orleansllm-cache-tags", "Up to 16 names, separated by commas, by which the answer can be forgotten, e.g. of the documents it was made from.", Control),
    ];

    private static readonly ApiParameter[] Controls =
    [
        .. CacheControls,
        new("x-orleansllm-cache-threshold", "The accept probability that a hit by meaning needs, where it is above the tenant's.", Control, """{"type":"number","minimum":0,"maximum":1}"""),
        new("x-orleansllm-compress", "`off`: the prompt is not shortened.", Control, Switch),
        new("x-orleansllm-route", "`off`: `auto` goes to the strongest tier.", Control, Switch),
    ];

    public static ApiOperation Chat { get; } = new("createChatCompletion", Group, "Answers a chat.")
    {
        Description = "OpenAI's chat completions, through every layer. The body reaches the provider as it came, but for the model where it was routed, "
            + "compressed text, and `stream_options`. `auto` as the model is routed.",
        Parameters = Controls,
        Body = ApiContent.Json("ChatCompletionRequest"),
        Replies = [new(200, "The answer; with `\"stream\": true` as events, closed by a comment line with the final figures.", ApiContent.Json("ChatCompletion"), Events)],
        Errors = [400, 413, 415, 429, 502, 504],
        GoesToProviders = true,
    };

    public static ApiOperation Complete { get; } = Chat with
    {
        Id = "createCompletion",
        Summary = "Completes a text (legacy).",
        Description = "OpenAI's legacy completions: answered from the cache where the same was asked before; never routed or compressed.",
        Parameters = CacheControls,
        Body = ApiContent.Json("CompletionRequest"),
        Replies = [new(200, "The completion; with `\"stream\": true` as events.", ApiContent.Json("Completion"), Events)],
    };

    public static ApiOperation Respond { get; } = Chat with
    {
        Id = "createResponse",
        Summary = "Answers a request of the Responses API.",
        Description = "Through the same layers as a chat. What belongs to a provider's conversation or uses a stored prompt is passed on; `background` is served as a stream only.",
        Body = ApiContent.Json("ResponseRequest"),
        Replies = [new(200, "The response; with `\"stream\": true` as events.", ApiContent.Json("Response"), Events)],
    };

    public static ApiOperation Embed { get; } = new("createEmbeddings", Group, "Embeds texts.")
    {
        Description = "Answered from the cache where the same was asked before; never routed or compressed.",
        Parameters = CacheControls,
        Body = ApiContent.Json("EmbeddingsRequest"),
        Replies = [new(200, "The vectors.", ApiContent.Json("Embeddings"))],
        Errors = [400, 413, 415, 429, 502, 504],
        GoesToProviders = true,
    };

    public static ApiOperation Say { get; } = Chat with
    {
        Id = "createMessage",
        Summary = "Answers a request of Anthropic's Messages API.",
        Description = "Through the same layers as a chat, by providers of the kind `Anthropic`. `anthropic-version` and `anthropic-beta` go on.",
        Body = ApiContent.Json("MessagesRequest"),
        Replies = [new(200, "The message; with `\"stream\": true` as events.", ApiContent.Json("Message"), Events)],
        ErrorSchema = "AnthropicError",
    };

    public static ApiOperation CountTokens { get; } = new("countMessageTokens", Group, "Counts the tokens of a request of Anthropic's Messages API.")
    {
        Body = ApiContent.Json("MessagesRequest"),
        Replies = [new(200, "The count.", ApiContent.Json("TokenCount"))],
        Errors = [400, 413, 415, 429, 502, 504],
        ErrorSchema = "AnthropicError",
    };

    public static ApiOperation ListModels { get; } = new("listModels", Group, "The models that are served.")
    {
        Replies = [new(200, "The models.", ApiContent.Json(AdminJson.Default.ModelList))],
    };

    public static ApiOperation FindModel { get; } = new("getModel", Group, "One model.")
    {
        Parameters = [new("id", "Its name; may hold slashes.", "path")],
        Replies = [new(200, "The model.", ApiContent.Json(AdminJson.Default.ModelDocument))],
        Errors = [404],
    };

    public static ApiOperation Explain { get; } = new("explainRequest", Group, "Says what each layer would do with a chat.")
    {
        Description = "Calls no provider and stores nothing.",
        Parameters = Controls,
        Body = ApiContent.Json("ChatCompletionRequest"),
        Replies = [new(200, "What each layer would do, and why.", ApiContent.Json("Explanation"))],
        Errors = [400, 413, 415, 429],
    };

    public static ApiOperation Judge { get; } = new("judgeAnswer", Group, "Calls an answer of the cache, or of a cheaper tier, right or wrong.")
    {
        Description = "A cached answer called wrong is not given again, anywhere, once this returns, and counts against the promised error rate.",
        Body = ApiContent.Json("Verdict"),
        Replies = [new(200, "It is counted.", ApiContent.Json(AdminJson.Default.FeedbackDocument))],
        Errors = [400, 404, 413, 415],
    };
}
