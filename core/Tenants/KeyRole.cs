namespace OrleansLlm.Core.Tenants;

/// <summary>What the holder of a key may do; each may do all that the ones before may.</summary>
public enum KeyRole
{
    /// <summary>Call models, and see and forget their own tenant's answers and figures.</summary>
    User,

    /// <summary>Manage their own tenant's keys.</summary>
    Admin,

    /// <summary>Everything, for every tenant.</summary>
    Operator,
}
