using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Silo.Alerts;

/// <summary>Registers where alerts go.</summary>
internal static class AlertServices
{
    /// <summary>Adds the webhook, or none.</summary>
    public static void AddAlerts(this IServiceCollection services, WebhookTarget? webhook)
    {
        if (webhook is null)
        {
            services.AddSingleton<IBudgetAlerts, LoggedAlerts>();
            return;
        }

        // No redirect: what is signed for one address is told to no other.
        services.AddSingleton(s => new WebhookAlerts(
            new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }),
            webhook.Url, webhook.Secret, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<WebhookAlerts>>()));
        services.AddSingleton<IBudgetAlerts>(s => s.GetRequiredService<WebhookAlerts>());
        services.AddHostedService(s => s.GetRequiredService<WebhookAlerts>());
    }
}
