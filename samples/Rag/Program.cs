using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.AI;
using OrleansLlm.Client.Extensions;

// Answers from a few documents through the gateway at OrleansLlm:Endpoint.
//   GET /ask?question=…        retrieves, asks, and tells what the answer saved
//   PUT /documents/NAME        replaces a document (the body is its text) and makes the gateway forget what was said of it
var builder = WebApplication.CreateBuilder(args);
var gateway = new Uri(builder.Configuration["OrleansLlm:Endpoint"]!);
builder.Services.AddOrleansLlmChatClient(options => builder.Configuration.GetSection("OrleansLlm").Bind(options));
builder.Services.AddSingleton(Documents.Load(Path.Combine(AppContext.BaseDirectory, "documents")));
builder.Services.AddHttpClient("gateway", http =>
{
    http.BaseAddress = new Uri(gateway, "/");
    if (builder.Configuration["OrleansLlm:ApiKey"] is { Length: > 0 } key)
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
});
var app = builder.Build();

app.MapGet("/ask", async (string question, Documents documents, IChatClient chat) =>
{
    var found = documents.Find(question, count: 2);
    // One tagged block for each document: the gateway then knows what is document and what is question.
    var prompt = new StringBuilder();
    foreach (var (name, text) in found)
        prompt.Append($"<document name=\"{name}\">\n{text.Trim()}\n</document>\n\n");
    prompt.Append(question);

    var options = new ChatOptions();
    // What the answer depends on. An answer without documents depends on none.
    if (found.Count > 0)
        options.AdditionalProperties = new() { ["x-orleansllm-cache-tags"] = string.Join(',', found.Select(d => "document-" + d.Name)) };
    var response = await chat.GetResponseAsync(
        [new(ChatRole.System, "Answer from the documents alone. Say so where they do not tell."), new(ChatRole.User, prompt.ToString())], options);
    return new { answer = response.Text, documents = found.Select(d => d.Name), savings = response.GetSavings() };
});

app.MapPut("/documents/{name}", async (string name, HttpRequest request, Documents documents, IHttpClientFactory clients) =>
{
    using var reader = new StreamReader(request.Body);
    var text = await reader.ReadToEndAsync();
    // A document that ends its own block could pass the rest of its text off as the question.
    if (text.Contains("</document", StringComparison.OrdinalIgnoreCase))
        return Results.BadRequest();
    if (!documents.Replace(name, text))
        return Results.NotFound();
    using var forgotten = await clients.CreateClient("gateway").DeleteAsync("admin/v1/cache?tag=" + Uri.EscapeDataString("document-" + name));
    forgotten.EnsureSuccessStatusCode();
    return Results.NoContent();
});

app.Run();
