using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether each provider is reached and takes its key. Asks for the list of models, which costs nothing.</summary>
internal sealed class ProvidersCheck : ICheck
{
    public string Name => "providers";

    public async Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var providers = setUp.Options<ProvidersOptions>();
        if (providers.Count == 0)
            return [new Finding(Name, Severity.Warning, "none is configured: the built-in simulator answers, with invented text", "Set OrleansLlm:Providers:NAME:ApiKeyVariable (see README).")];
        var findings = new List<Finding>();
        foreach (var (name, options) in providers.OrderBy(static p => p.Key, StringComparer.OrdinalIgnoreCase))
            findings.AddRange(await ExamineAsync(name, options, setUp.Time, cancellationToken));
        return findings;
    }

    private async Task<IReadOnlyList<Finding>> ExamineAsync(string name, ProviderOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var described = UpstreamFactory.Describe(name, options);
        if (options.Kind == ProviderKind.Simulator)
            return [new Finding(Name, Severity.Warning, $"{described} answers with invented text", "Use it for trials only.")];
        using var http = UpstreamHttp.CreateClient(options.ConnectTimeout);
        using var request = ListModels(options);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var findings = new List<Finding> { Judge(described, name, options, response.StatusCode) };
            if (response.Headers.Date is { } date)
                findings.Add(ClockSkew.Compare(time.GetUtcNow(), date, described));
            return findings;
        }
        catch (HttpRequestException e)
        {
            return [Unreachable(described, name, e)];
        }
    }

    /// <summary>The question, with the provider's key, to where its calls go.</summary>
    internal static HttpRequestMessage ListModels(ProviderOptions options)
    {
        var (root, keyHeader) = options.Kind switch
        {
            ProviderKind.AzureOpenAI => (options.Endpoint!.TrimEnd('/') + "/openai/v1", "api-key"),
            ProviderKind.Anthropic => (options.Endpoint ?? AnthropicUpstream.DefaultEndpoint, "x-api-key"),
            _ => (options.Endpoint ?? OpenAiCompatibleUpstream.DefaultEndpoint, "Authorization"),
        };
        var request = new HttpRequestMessage(HttpMethod.Get, root.TrimEnd('/') + "/models");
        if (Secrets.Read(options.ApiKeyVariable, options.ApiKeyFile) is { } key)
            request.Headers.TryAddWithoutValidation(keyHeader, keyHeader == "Authorization" ? "Bearer " + key : key);
        if (options.Kind == ProviderKind.Anthropic)
            request.Headers.TryAddWithoutValidation(AnthropicUpstream.VersionHeader, AnthropicUpstream.DefaultVersion);
        return request;
    }

    private Finding Judge(string described, string name, ProviderOptions options, HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when options.UseEntra =>
            new Finding(Name, Severity.Ok, $"{described} is reached; its sign-in by Entra is tried with the first call only"),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            new Finding(Name, Severity.Fault, $"{described} refuses the key ({(int)status})", $"Put a valid key where OrleansLlm:Providers:{name}:{KeySetting(options)} says."),
        HttpStatusCode.NotFound =>
            new Finding(Name, Severity.Warning, $"{described} is reached but lists no models (404)", $"Look whether OrleansLlm:Providers:{name}:Endpoint is complete, e.g. with /v1."),
        HttpStatusCode.TooManyRequests => new Finding(Name, Severity.Warning, $"{described} is reached and limits this key now (429)", "Wait, or raise the limit there."),
        >= HttpStatusCode.InternalServerError => new Finding(Name, Severity.Warning, $"{described} answers {(int)status}", "It has trouble of its own; try again."),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
            new Finding(Name, Severity.Fault, $"{described} redirects ({(int)status}), and keys never follow a redirect", $"Set OrleansLlm:Providers:{name}:Endpoint to where it redirects."),
        _ => new Finding(Name, Severity.Ok, $"{described} is reached" + (options.ApiKeyVariable is null && options.ApiKeyFile is null ? "" : " and takes the key")),
    };

    private Finding Unreachable(string described, string name, HttpRequestException e)
    {
        var endpoint = $"OrleansLlm:Providers:{name}:Endpoint";
        return e switch
        {
            { HttpRequestError: HttpRequestError.NameResolutionError } => new Finding(Name, Severity.Fault, $"{described}: its name is not known here", $"Correct {endpoint}, or this machine's DNS."),
            { HttpRequestError: HttpRequestError.SecureConnectionError } or { InnerException: AuthenticationException } =>
                new Finding(Name, Severity.Fault, $"{described}: no secure connection ({e.InnerException?.Message ?? e.Message})", "See that its certificate is valid and its authority is trusted here."),
            { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => new Finding(Name, Severity.Fault, $"{described}: nobody listens there", $"Start it, or correct {endpoint}."),
            _ => new Finding(Name, Severity.Fault, $"{described} cannot be reached: {e.Message}", $"See that this machine may reach it, or correct {endpoint}."),
        };
    }

    private static string KeySetting(ProviderOptions options) => options.ApiKeyFile is not null ? "ApiKeyFile" : "ApiKeyVariable";
}
