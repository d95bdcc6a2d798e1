using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Tests.Tenants;

public sealed class TenantDirectoryTests
{
    [Fact]
    public void Authenticate_ByHashAndVariable_FindsTheTenant()
    {
        var acme = new TenantOptions { KeyVariable = "ACME" };
        var globex = new TenantOptions { Operator = true };
        globex.KeyHashes.Add(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("g-key"))));
        var (directory, problems) = Create(new() { ["acme"] = acme, ["globex"] = globex });

        Assert.Empty(problems);
        Assert.Equal(("acme", false), Who(directory.Authenticate("a-key")));
        Assert.Equal(("globex", true), Who(directory.Authenticate("g-key")));
        // A name for each key, that is no part of the key.
        Assert.Matches("^cfg_[0-9a-f]{12}$", directory.Authenticate("a-key")!.Value.KeyId);
        Assert.NotEqual(directory.Authenticate("a-key")!.Value.KeyId, directory.Authenticate("g-key")!.Value.KeyId);
        Assert.Null(directory.Authenticate("A-key"));
        Assert.Null(directory.Authenticate(null));
        Assert.Null(directory.Authenticate(""));
    }

    [Fact]
    public void Create_NoTenants_IsOneThatNeedsNoKey()
    {
        var (directory, problems) = Create([]);
        Assert.Empty(problems);
        Assert.False(directory.RequiresKey);
        Assert.Equal(TenantDirectory.DefaultTenant, directory.Authenticate(null)!.Value.TenantId);
    }

    [Fact]
    public void Create_MistakesInKeys_AreNamed()
    {
        var bad = new TenantOptions();
        bad.KeyHashes.Add("not-a-hash");
        Assert.Contains("OrleansLlm:Tenants:a:KeyHashes", Assert.Single(Create(new() { ["a"] = bad }).Problems), StringComparison.Ordinal);
        Assert.Contains("NOWHERE", Assert.Single(Create(new() { ["a"] = new() { KeyVariable = "NOWHERE" } }).Problems), StringComparison.Ordinal);
        Assert.Contains("several tenants", Assert.Single(Create(new() { ["a"] = new(), ["b"] = new() }).Problems), StringComparison.Ordinal);
        Assert.Contains("OrleansLlm:Tenants:b has no key", Assert.Single(Create(new() { ["a"] = new() { KeyVariable = "ACME" }, ["b"] = new() }).Problems), StringComparison.Ordinal);
    }

    // Its past stays its own and is told; nobody may ask for it any more, by whatever key.
    [Fact]
    public void Create_RetiredTenant_IsKnownAndNeedsAndTakesNoKey()
    {
        var left = new TenantOptions { Retired = true, KeyVariable = "NOWHERE" };
        left.KeyHashes.Add(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("l-key"))));
        left.Projects["p"] = new ProjectOptions { KeyVariable = "NOWHERE" };
        var (directory, problems) = Create(new() { ["acme"] = new() { KeyVariable = "ACME" }, ["left"] = left });

        Assert.Empty(problems);
        Assert.Equal(["acme", "left"], directory.TenantIds);
        Assert.Null(directory.Authenticate("l-key"));
        Assert.Null(directory.IdentityOf(Made("left")));
        Assert.NotNull(directory.IdentityOf(Made("acme")));
        Assert.Contains("retired", Assert.Single(Create(new() { ["left"] = new() { Retired = true } }).Problems), StringComparison.Ordinal);

        static VirtualKey Made(string tenant) => new() { Id = "0", Name = "n", TenantId = tenant, Hash = KeyHash.Of("k"), CreatedAt = DateTimeOffset.UnixEpoch };
    }

    [Fact]
    public void Create_OneKeyForTwo_IsNamedUnlessItIsOneTenants()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("a-key")));
        var twice = new TenantOptions { KeyVariable = "ACME" };
        twice.KeyHashes.Add(hash);
        Assert.Empty(Create(new() { ["a"] = twice }).Problems);

        var other = new TenantOptions();
        other.KeyHashes.Add(hash);
        var problem = Assert.Single(Create(new() { ["a"] = new() { KeyVariable = "ACME" }, ["b"] = other }).Problems);
        Assert.Contains("OrleansLlm:Tenants:b ", problem, StringComparison.Ordinal);
        Assert.Contains("OrleansLlm:Tenants:a", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(hash[..12], problem, StringComparison.Ordinal);

        var parted = new TenantOptions { KeyVariable = "ACME" };
        parted.Projects["search"] = new ProjectOptions { KeyVariable = "ACME" };
        Assert.Contains("OrleansLlm:Tenants:a:Projects:search", Assert.Single(Create(new() { ["a"] = parted }).Problems), StringComparison.Ordinal);
    }

    private static (string, bool) Who(TenantIdentity? identity) => (identity!.Value.TenantId, identity.Value.IsOperator);

    private static (TenantDirectory Directory, List<string> Problems) Create(Dictionary<string, TenantOptions> tenants)
    {
        var problems = new List<string>();
        var directory = TenantDirectory.Create(
            tenants, new LayersOptions(), TimeSpan.FromDays(1), (variable, _) => variable == "ACME" ? "a-key" : null, problems);
        return (directory, problems);
    }
}
