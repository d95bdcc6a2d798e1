namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>One gateway with two tenants and an operator, shared by the tests of a class.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    public const string Acme = "acme-key-0000000000000000";
    public const string Globex = "globex-key-00000000000000";
    public const string Operator = "operator-key-000000000000";

    internal GatewayProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await GatewayProcess.StartAsync(Tenants());

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    internal static Dictionary<string, string?> Tenants() => new()
    {
        ["OrleansLlm:Tenants:acme:KeyHashes:0"] = HashOf(Acme),
        ["OrleansLlm:Tenants:globex:KeyHashes:0"] = HashOf(Globex),
        ["OrleansLlm:Tenants:ops:KeyHashes:0"] = HashOf(Operator),
        ["OrleansLlm:Tenants:ops:Operator"] = "true",
    };

    internal static string HashOf(string key) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));
}
