using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Client;

/// <summary><c>OrleansLlm:Api</c>: limits of the HTTP API. Takes effect at start.</summary>
public sealed class ApiOptions
{
    /// <value>Largest request body in bytes, 1 KiB to 256 MiB. Default 16 MiB. A larger one is answered 413.</value>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 16 * 1024 * 1024;
}
