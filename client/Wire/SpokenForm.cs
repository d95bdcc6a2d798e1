using OrleansLlm.Core.Wire;

namespace OrleansLlm.Client.Wire;

/// <summary>Metadata of an address: the form it speaks, also in its errors.</summary>
/// <param name="Form">The form.</param>
internal sealed record SpokenForm(WireForm Form);
