using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Chat;
using OrleansLlm.Client.Extensions.Transport;
using OrleansLlm.Client.RateLimits;

namespace OrleansLlm.Client.Extensions;

/// <summary>Registers an <see cref="IChatClient"/> of the gateway.</summary>
public static class OrleansLlmClientServices
{
    // Names no host: nothing is sent there.
    private static readonly Uri InProcess = new("http://cluster.invalid/v1");

    /// <summary>
    /// Adds an <see cref="IChatClient"/> whose answers say what the gateway saved (<see cref="SavingsExtensions.GetSavings(ChatResponse)"/>). Over
    /// HTTP where an <see cref="OrleansLlmClientOptions.Endpoint"/> is set, else by the application's <see cref="IClusterClient"/>; the mapping is
    /// that of OpenAI's package on both ways.
    /// </summary>
    /// <returns>For what comes around it, e.g. <c>UseFunctionInvocation()</c>.</returns>
    public static ChatClientBuilder AddOrleansLlmChatClient(this IServiceCollection services, Action<OrleansLlmClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<OrleansLlmClientOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        return services.AddChatClient(Create);
    }

    private static IChatClient Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<OrleansLlmClientOptions>>().Value;
        HttpMessageHandler transport = options.Endpoint is null
            ? CreateClusterHandler(services)
            : new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var http = new HttpClient(new SavingsHandler(transport)) { Timeout = Timeout.InfiniteTimeSpan };
        var chat = new ChatClient(options.Model, new ApiKeyCredential(options.ApiKey ?? "none"), new OpenAIClientOptions
        {
            Endpoint = options.Endpoint ?? InProcess,
            Transport = new HttpClientPipelineTransport(http),
            NetworkTimeout = options.Timeout,
            RetryPolicy = new RefusalRetryPolicy(),
        });
        return new SavingsChatClient(chat.AsIChatClient(), http);
    }

    internal static ClusterHandler CreateClusterHandler(IServiceProvider services)
    {
        var cluster = services.GetRequiredService<IClusterClient>();
        var rates = new RateLimiter(
            cluster, services.GetService<TimeProvider>() ?? TimeProvider.System, services.GetService<ILogger<RateLimiter>>() ?? NullLogger<RateLimiter>.Instance,
            services.GetService<IHostApplicationLifetime>());
        // Ends with the handler. It tells the cluster now and then what was not used.
        _ = rates.StartAsync(CancellationToken.None);
        return new ClusterHandler(cluster, rates);
    }
}
