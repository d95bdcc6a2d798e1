namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Looks at one part of a set-up without changing it.</summary>
internal interface ICheck
{
    /// <summary>The part, in one word.</summary>
    string Name { get; }

    Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken);
}
