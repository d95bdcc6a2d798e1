namespace OrleansLlm.Client.Tests.Logging;

/// <summary>Fails whoever asks where it was thrown.</summary>
internal sealed class UntellableException() : Exception("my diagnosis")
{
    public override string? StackTrace => throw new NotSupportedException("my diagnosis");
}
