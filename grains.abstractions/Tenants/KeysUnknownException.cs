namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary>Whether a key is good cannot be known now.</summary>
public sealed class KeysUnknownException : Exception
{
    public KeysUnknownException()
        : base("The keys are out of reach.")
    {
    }

    public KeysUnknownException(string message)
        : base(message)
    {
    }

    public KeysUnknownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
