namespace OrleansLlm.Client.OpenApi;

/// <summary>A parameter of an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it says, with its default.</param>
/// <param name="Place"><c>query</c>, <c>header</c> or <c>path</c>.</param>
/// <param name="Schema">Its JSON schema, as JSON.</param>
internal sealed record ApiParameter(string Name, string Description, string Place = "query", string Schema = """{"type":"string"}""")
{
    /// <summary>Whether it must be there.</summary>
    public bool IsRequired { get; init; }
}
