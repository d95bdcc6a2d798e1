namespace OrleansLlm.Core.Requests;

/// <summary>Where a JSON value stands in the request's original UTF-8 bytes.</summary>
public readonly record struct JsonSpan(int Start, int Length)
{
    public int End => Start + Length;
}
