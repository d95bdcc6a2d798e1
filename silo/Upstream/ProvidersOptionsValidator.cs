using Microsoft.Extensions.Options;
using OrleansLlm.Client.Configuration;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Names each setting that cannot be used and what would be right; never a key.</summary>
internal sealed class ProvidersOptionsValidator : IValidateOptions<ProvidersOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    public ValidateOptionsResult Validate(string? name, ProvidersOptions options)
    {
        var faults = new List<string>();
        foreach (var (provider, settings) in options)
            Validate($"{ProvidersOptions.Section}:{provider}", settings, faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Validate(string path, ProviderOptions o, List<string> faults)
    {
        if (!Enum.IsDefined(o.Kind))
            faults.Add($"{path}:Kind must be one of {string.Join(", ", Enum.GetNames<ProviderKind>())}.");
        if (o.ConnectTimeout < Shortest || o.ConnectTimeout > TimeSpan.FromMinutes(5))
            faults.Add($"{path}:ConnectTimeout must be from 00:00:00.010 to 00:05:00.");
        if (o.FirstByteTimeout < Shortest || o.FirstByteTimeout > TimeSpan.FromHours(1))
            faults.Add($"{path}:FirstByteTimeout must be from 00:00:00.010 to 01:00:00.");
        if (o.Kind != ProviderKind.AzureOpenAI && o.UseEntra)
            faults.Add($"{path}:UseEntra is for Kind AzureOpenAI only.");
        if (o.Kind != ProviderKind.AzureOpenAI && o.Deployments.Count > 0)
            faults.Add($"{path}:Deployments is for Kind AzureOpenAI only.");
        foreach (var (model, deployment) in o.Deployments)
        {
            // A deployment is a path segment of the address: it must not climb out of it.
            if (!AzureDeploymentName.IsValid(deployment))
                faults.Add($"{path}:Deployments:{model} must be a deployment's name: letters, digits, '-', '_' and '.'.");
        }

        if (o.Kind == ProviderKind.Simulator)
        {
            if (o.Endpoint is not null || o.ApiKeyVariable is not null || o.ApiKeyFile is not null)
                faults.Add($"{path}: Kind Simulator takes no Endpoint and no key.");
            return;
        }

        var keyed = ValidateKey(path, o, faults);
        ValidateEndpoint(path, o, keyed, faults);
    }

    private static bool ValidateKey(string path, ProviderOptions o, List<string> faults)
    {
        var sources = (o.ApiKeyVariable is null ? 0 : 1) + (o.ApiKeyFile is null ? 0 : 1) + (o.UseEntra ? 1 : 0);
        if (sources > 1)
            faults.Add($"{path}: set one of ApiKeyVariable, ApiKeyFile and UseEntra, not several.");
        else if (sources == 0 && o.Kind == ProviderKind.AzureOpenAI)
            faults.Add($"{path}: set ApiKeyVariable, ApiKeyFile or UseEntra; Azure OpenAI needs a credential.");
        else if (sources == 0 && UriOf(o)?.Host == "api.openai.com")
            faults.Add($"{path}:ApiKeyVariable must name the environment variable with the API key (or ApiKeyFile a secret file); OpenAI needs one.");
        else if (sources == 0 && UriOf(o)?.Host == "api.anthropic.com")
            faults.Add($"{path}:ApiKeyVariable must name the environment variable with the API key (or ApiKeyFile a secret file); Anthropic needs one.");
        if (sources != 1 || o.UseEntra)
            return o.UseEntra;

        var (field, source) = o.ApiKeyVariable is not null ? ("ApiKeyVariable", o.ApiKeyVariable) : ("ApiKeyFile", o.ApiKeyFile!);
        if (Secrets.Read(o.ApiKeyVariable, o.ApiKeyFile) is not { } key)
            faults.Add($"{path}:{field} names '{source}', which is empty, not there or not to be read by this user.");
        else if (key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            faults.Add($"{path}:{field} names '{source}', whose content is not an API key: it must be one line of printable ASCII without spaces.");
        return true;
    }

    private static void ValidateEndpoint(string path, ProviderOptions o, bool keyed, List<string> faults)
    {
        if (o.Kind == ProviderKind.AzureOpenAI && string.IsNullOrWhiteSpace(o.Endpoint))
            faults.Add($"{path}:Endpoint must be the resource's address, e.g. https://my-resource.openai.azure.com.");
        else if (UriOf(o) is not { } uri || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0 || uri.UserInfo.Length > 0)
            faults.Add($"{path}:Endpoint must be an absolute http or https address without a query or user name.");
        else if (keyed && uri.Scheme == "http" && !uri.IsLoopback)
            faults.Add($"{path}:Endpoint must be https: a credential would travel in the clear.");
    }

    private static Uri? UriOf(ProviderOptions o) =>
        Uri.TryCreate(o.Endpoint ?? (o.Kind == ProviderKind.Anthropic ? AnthropicUpstream.DefaultEndpoint : OpenAiCompatibleUpstream.DefaultEndpoint), UriKind.Absolute, out var uri) ? uri : null;
}
