namespace OrleansLlm.Bench.Routing;

/// <summary>A question whose answers by a strong and a weak model were graded.</summary>
internal sealed record RouterRow(string Prompt, double Strong, double Weak);
