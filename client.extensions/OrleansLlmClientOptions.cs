using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Client.Extensions;

/// <summary>How an application reaches the gateway. Checked at start.</summary>
public sealed class OrleansLlmClientOptions : IValidatableObject
{
    /// <value>
    /// Base address of the gateway's API, e.g. <c>https://gateway/v1</c>. Default none: the application's Orleans client talks to the cluster
    /// without HTTP (<c>builder.UseOrleansClient(…)</c>).
    /// </value>
    public Uri? Endpoint { get; set; }

    /// <value>The tenant's key; it says whose requests these are on both ways. Default none, for a gateway that asks for none. Take it from a secret store.</value>
    public string? ApiKey { get; set; }

    /// <value>
    /// Whether the key may go to another machine without TLS. Default false. Only for a network that nobody else reads, as between the pods of a cluster:
    /// <c>http://orleansllm.orleansllm/v1</c>.
    /// </value>
    public bool AllowHttp { get; set; }

    /// <value>The model asked for where a call names none. Default <c>auto</c>.</value>
    [Required]
    public string Model { get; set; } = "auto";

    /// <value>Longest wait for the head of an answer, 1 second to 1 hour. Default 10 minutes: a plain answer sends its head when it is complete.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is not { } endpoint)
            yield break;
        if (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https"))
            yield return new ValidationResult($"{nameof(Endpoint)} must be an absolute http or https address, e.g. http://127.0.0.1:8080/v1.", [nameof(Endpoint)]);
        else if (ApiKey is not null && endpoint.Scheme == "http" && !endpoint.IsLoopback && !AllowHttp)
            yield return new ValidationResult($"{nameof(Endpoint)} must be https: the key would travel in the clear. {nameof(AllowHttp)} allows it.", [nameof(Endpoint)]);
    }
}
