using System.Text;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Cluster.Tests.Upstream;

/// <summary>What the log says of a provider's 403.</summary>
public sealed class AccessRefusalTests
{
    [Theory]
    [InlineData(
        """{"error":{"message":"Project `proj_8sdJk2` does not have access to model `gpt-5`.","type":"invalid_request_error","code":"model_not_found"}}""",
        "model_not_found, invalid_request_error, Project *** does not have access to model ***.")]
    [InlineData(
        """{"type":"error","error":{"type":"permission_error","message":"Your API key's workspace wrkspc-01AbCdEf lacks it; ask ops@acme.example."}}""",
        "permission_error, Your API key's workspace *** lacks it; ask ***")]
    [InlineData(
        """{"code":"403","message":"Out of call volume quota of 6f9619ff-8b86-d011-b42d-00c04fc964ff. Quota 'until 2026'."}""",
        "403, Out of call volume quota of ***. Quota ***.")]
    [InlineData("""{"error":{"message":"a\nb"}}""", "a b")]
    [InlineData("""{"error":{}}""", "without words")]
    [InlineData("<html>403</html>", "without words")]
    [InlineData("[]", "without words")]
    public void Describe_Refusal_KeepsTheReasonAndNotTheAccount(string body, string expected) =>
        Assert.Equal(expected, AccessRefusal.Describe(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Describe_LongWords_AreCut() =>
        Assert.Equal(300, AccessRefusal.Describe(Encoding.UTF8.GetBytes("{\"message\":\"" + new string('x', 50_000) + "\"}")).Length);
}
