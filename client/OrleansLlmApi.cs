using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OrleansLlm.Client.Endpoints;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Pages;
using OrleansLlm.Client.Ledger;
using OrleansLlm.Client.OpenApi;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Wire;
using OrleansLlm.Client.RateLimits;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client;

/// <summary>The HTTP API, for the stand-alone process and the all-in-one host alike.</summary>
public static class OrleansLlmApi
{
    /// <summary>
    /// Adds the services of the endpoints and the pages. Needs an <see cref="IClusterClient"/>, a <see cref="TenantDirectory"/>, a
    /// <see cref="TimeProvider"/> and a place for the keys of data protection that all processes share (<c>AddBrowserSessionKeys</c>).
    /// </summary>
    public static IServiceCollection AddOrleansLlmApi(this IServiceCollection services)
    {
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ApiOptions>>(static (k, api) => k.Limits.MaxConcurrentConnections = api.Value.MaxConnections);
        services.AddSingleton<KeyView>();
        services.AddSingleton<IVirtualKeys>(static s => s.GetRequiredService<KeyView>());
        services.AddSingleton<CallerKeys>();
        services.AddSingleton<CallerAuthentication>();
        services.AddHostedService(static s => s.GetRequiredService<KeyView>());
        services.AddSingleton<KeysEndpoint>();
        services.AddSingleton<BudgetsEndpoint>();
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<RequestEntry>();
        services.AddHostedService(static s => s.GetRequiredService<RateLimiter>());
        services.AddSingleton<OverloadGate>();
        services.AddSingleton<SiloWatch>();
        services.AddSingleton<ChatEndpoint>();
        services.AddSingleton<EmbeddingsEndpoint>();
        services.AddSingleton<ModelsEndpoint>();
        services.AddSingleton<UnservedEndpoint>();
        services.AddSingleton<TenantTotals>();
        services.AddSingleton<SavingsEndpoint>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton<LedgerEndpoint>();
        services.AddSingleton<ReportsEndpoint>();
        services.AddSingleton<CacheEndpoint>();
        services.AddSingleton<CacheTransferEndpoint>();
        services.AddSingleton<FeedbackEndpoint>();
        services.AddPages();
        return services;
    }

    /// <summary>Maps the OpenAI endpoints, their Azure spelling, and our own.</summary>
    public static IEndpointRouteBuilder MapOrleansLlmApi(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var chat = app.ServiceProvider.GetRequiredService<ChatEndpoint>();
        var embeddings = app.ServiceProvider.GetRequiredService<EmbeddingsEndpoint>();
        var models = app.ServiceProvider.GetRequiredService<ModelsEndpoint>();
        var unserved = app.ServiceProvider.GetRequiredService<UnservedEndpoint>();
        foreach (var (prefix, suffix) in new[] { ("/v1", ""), ("/openai/v1", "OpenAiV1") })
        {
            app.MapPost(prefix + "/chat/completions", (HttpContext context) => chat.CompleteAsync(context, null)).Describe(ModelOperations.Chat, suffix);
            app.MapPost(prefix + "/completions", (HttpContext context) => chat.CompleteTextAsync(context, null)).Describe(ModelOperations.Complete, suffix);
            app.MapPost(prefix + "/embeddings", (HttpContext context) => embeddings.EmbedAsync(context, null)).Describe(ModelOperations.Embed, suffix);
        }

        // The third is what Azure serves without a deployment in the address, with an api-version.
        foreach (var (prefix, suffix) in new[] { ("/v1", ""), ("/openai/v1", "OpenAiV1"), ("/openai", "OpenAi") })
        {
            app.MapPost(prefix + "/responses", chat.RespondAsync).Describe(ModelOperations.Respond, suffix);
            app.MapMethods(prefix + "/responses/{id}", ["GET", "DELETE"], unserved.StoredResponseAsync).ExcludeFromDescription();
            app.MapGet(prefix + "/responses/{id}/input_items", unserved.StoredResponseAsync).ExcludeFromDescription();
            app.MapPost(prefix + "/responses/{id}/cancel", unserved.StoredResponseAsync).ExcludeFromDescription();
            app.MapGet(prefix + "/models", models.ListAsync).Describe(ModelOperations.ListModels, suffix);
            app.MapGet(prefix + "/models/{**id}", (HttpContext context, string id) => models.FindAsync(context, id)).Describe(ModelOperations.FindModel, suffix);
            app.MapFallback(prefix + "/{**rest}", unserved.UnknownAsync).ExcludeFromDescription();
        }

        const string deployments = "/openai/deployments/{deployment}";
        app.MapPost(deployments + "/chat/completions", (HttpContext context, string deployment) => chat.CompleteAsync(context, deployment)).Describe(ModelOperations.Chat, "Deployment");
        app.MapPost(deployments + "/completions", (HttpContext context, string deployment) => chat.CompleteTextAsync(context, deployment)).Describe(ModelOperations.Complete, "Deployment");
        app.MapPost(deployments + "/embeddings", (HttpContext context, string deployment) => embeddings.EmbedAsync(context, deployment)).Describe(ModelOperations.Embed, "Deployment");
        app.MapPost("/v1/messages", chat.SayAsync).WithMetadata(new SpokenForm(WireForm.Messages)).Describe(ModelOperations.Say);
        app.MapPost("/v1/messages/count_tokens", chat.CountTokensAsync).WithMetadata(new SpokenForm(WireForm.Messages)).Describe(ModelOperations.CountTokens);
        app.MapPost("/v1/explain", chat.ExplainAsync).Describe(ModelOperations.Explain);
        app.MapPost("/v1/feedback", app.ServiceProvider.GetRequiredService<FeedbackEndpoint>().JudgeAsync).Describe(ModelOperations.Judge);
        app.MapAdministration();
        app.MapGet("/openapi/v1.json", OpenApiEndpoint.ReadAsync).Describe(ProcessOperations.Reference);
        app.MapPages();
        return app;
    }

    private static void MapAdministration(this IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/v1/savings", app.ServiceProvider.GetRequiredService<SavingsEndpoint>().ReportAsync).Describe(LedgerOperations.Savings);
        var reports = app.ServiceProvider.GetRequiredService<ReportsEndpoint>();
        app.MapGet("/admin/v1/forecast", reports.ForecastAsync).Describe(LedgerOperations.Forecast);
        app.MapGet("/admin/v1/questions", reports.QuestionsAsync).Describe(LedgerOperations.Questions);
        app.MapGet("/admin/v1/whatif", reports.WhatIfAsync).Describe(LedgerOperations.WhatIf);
        app.MapGet("/admin/v1/ledger", app.ServiceProvider.GetRequiredService<LedgerEndpoint>().ExportAsync).Describe(LedgerOperations.Export);
        app.MapGet("/admin/v1/budgets", app.ServiceProvider.GetRequiredService<BudgetsEndpoint>().ListAsync).Describe(LedgerOperations.Budgets);
        var keys = app.ServiceProvider.GetRequiredService<KeysEndpoint>();
        app.MapPost("/admin/v1/keys", keys.CreateAsync).Describe(KeyOperations.Create);
        app.MapGet("/admin/v1/keys", keys.ListAsync).Describe(KeyOperations.List);
        app.MapGet("/admin/v1/keys/{id}", keys.GetAsync).Describe(KeyOperations.Get);
        app.MapPost("/admin/v1/keys/{id}/rotate", keys.RotateAsync).Describe(KeyOperations.Rotate);
        app.MapDelete("/admin/v1/keys/{id}", keys.RevokeAsync).Describe(KeyOperations.Revoke);
        var transfer = app.ServiceProvider.GetRequiredService<CacheTransferEndpoint>();
        app.MapGet("/admin/v1/cache/shards", transfer.ListAsync).Describe(CacheOperations.ListShards);
        app.MapGet("/admin/v1/cache/entries", transfer.ExportAsync).Describe(CacheOperations.Export);
        app.MapPost("/admin/v1/cache/entries", transfer.ImportAsync).Describe(CacheOperations.Import);
        app.MapDelete("/admin/v1/cache", app.ServiceProvider.GetRequiredService<CacheEndpoint>().ForgetAsync).Describe(CacheOperations.Forget);
    }

    /// <summary>Lets only operators past for paths under <paramref name="prefix"/>.</summary>
    public static IApplicationBuilder RequireOperator(this IApplicationBuilder app, string prefix)
    {
        ArgumentNullException.ThrowIfNull(app);
        var callers = app.ApplicationServices.GetRequiredService<CallerAuthentication>();
        return app.UseWhen(
            context => context.Request.Path.StartsWithSegments(prefix),
            branch => branch.Use(async (context, next) =>
            {
                if (await callers.AuthenticateOperatorAsync(context) is not null)
                    await next(context);
            }));
    }
}
