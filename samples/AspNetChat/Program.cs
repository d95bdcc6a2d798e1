using Microsoft.Extensions.AI;
using OrleansLlm.Client.Extensions;

// Asks the gateway at OrleansLlm:Endpoint, and tells what each answer saved: GET /ask?question=…
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOrleansLlmChatClient(options => builder.Configuration.GetSection("OrleansLlm").Bind(options));
var app = builder.Build();
app.MapGet("/ask", async (string question, IChatClient chat) =>
{
    var response = await chat.GetResponseAsync(question);
    return new { answer = response.Text, savings = response.GetSavings() };
});
app.Run();
