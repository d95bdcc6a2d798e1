namespace OrleansLlm.Client.Wire;

/// <summary>What may stand for <c>{deployment}</c> in an address.</summary>
internal static class DeploymentName
{
    private const int Longest = 256;

    /// <summary>
    /// False for what could lead an address elsewhere once it stands in one (<c>..</c>, <c>a/b</c>, <c>a%2fb</c>, <c>a?b</c>). Wider than
    /// Azure's own names: the deployment is a model's name here, and those have colons.
    /// </summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Longest && name.Trim('.').Length > 0 && name.All(static c => c is > ' ' and < (char)127 and not ('/' or '\\' or '%' or '?' or '#'));
}
