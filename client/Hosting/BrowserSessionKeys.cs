using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using StackExchange.Redis;

namespace OrleansLlm.Client.Hosting;

/// <summary>Where the keys lie that browsers' sessions are encrypted with: in the store, so that every process reads every session and a restart ends none.</summary>
internal static class BrowserSessionKeys
{
    private const string StoreKey = "orleansllm:session-keys";

    public static void AddBrowserSessionKeys(this IServiceCollection services, Func<IServiceProvider, IDatabase> database)
    {
        services.AddDataProtection().SetApplicationName("OrleansLlm");
        services.AddOptions<KeyManagementOptions>().Configure<IServiceProvider>(
            (o, provider) => o.XmlRepository = new RedisXmlRepository(() => database(provider), StoreKey));
    }
}
