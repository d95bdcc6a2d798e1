namespace OrleansLlm.Core;

/// <summary>How far a cost layer may act for a tenant.</summary>
public enum LayerMode
{
    /// <summary>The layer is not consulted.</summary>
    Off,

    /// <summary>The layer decides and the decision is recorded, but the request goes on as if it had not.</summary>
    Shadow,

    /// <summary>The layer decides and acts.</summary>
    On,
}
