using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Client.Logging;
using OrleansLlm.Client.Wire;

namespace OrleansLlm.Client.Tests.Hosting;

public sealed class GatewayHostDefaultsTests
{
    /// <summary>HTTP/2's default of 768 KiB is a bound of its own.</summary>
    [Fact]
    public async Task CreateBuilder_RequestThatWaits_IsReadAheadNoFurtherByHttp2()
    {
        await using var app = GatewayHostDefaults.CreateBuilder(new ApiHostSettings()).Build();
        var limits = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.Equal(limits.MaxRequestBufferSize, limits.Http2.InitialStreamWindowSize);
    }

    /// <summary>It is longer than what may come before it is read, and none of it is let go of before the last of it is there.</summary>
    [Fact]
    public async Task CreateBuilder_LongBodyByHttp2_IsReadWhole()
    {
        var builder = GatewayHostDefaults.CreateBuilder(new ApiHostSettings { Urls = "http://127.0.0.1:0", LogToConsole = false });
        builder.WebHost.ConfigureKestrel(static k => k.ConfigureEndpointDefaults(static e => e.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.Run(static async context => await context.Response.WriteAsync((await BodyReader.ReadAsync(context, int.MaxValue))!.Length.ToString(CultureInfo.InvariantCulture)));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await http.PostAsync(app.Urls.First(), new ByteArrayContent(new byte[4_000_000]), TestContext.Current.CancellationToken);
        Assert.Equal((HttpVersion.Version20, "4000000"), (response.Version, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>They cost every request, and nobody would be told.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true, "OrleansLlm:Log:Format", "json")]
    [InlineData(true, "Logging:LogLevel:Default", "Information")]
    [InlineData(true, "Logging:LogLevel:Microsoft.AspNetCore", "Debug")]
    [InlineData(false, "Logging:LogLevel:Microsoft.AspNetCore", "Warning", "Logging:LogLevel:Default", "Debug")]
    [InlineData(true, "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Error")]
    public async Task CreateBuilder_Request_BeginsATraceWhereSomebodyIsToldOfIt(bool expected, params string[] settings)
    {
        var overrides = settings.Chunk(2).ToDictionary(static s => s[0], static s => (string?)s[1]);
        using var log = new RecordedFaults(RequestTraces.Category);
        await using var app = GatewayHostDefaults.CreateBuilder(new ApiHostSettings { Urls = "http://127.0.0.1:0", LogToConsole = false, ExtraLogger = log, Overrides = overrides }).Build();
        app.Run(static async context => await context.Response.WriteAsync(Activity.Current is null ? "no trace" : "a trace"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        Assert.Equal(expected ? "a trace" : "no trace", await http.GetStringAsync(app.Urls.First(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void CreateBuilder_ShellOfADeveloper_IsProductionAllTheSame()
    {
        const string variable = "ASPNETCORE_ENVIRONMENT";
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "Development");
        try
        {
            Assert.True(GatewayHostDefaults.CreateBuilder(new ApiHostSettings()).Environment.IsProduction());
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }
}
