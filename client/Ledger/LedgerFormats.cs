namespace OrleansLlm.Client.Ledger;

/// <summary>The forms that there are.</summary>
internal static class LedgerFormats
{
    public static IReadOnlyList<ILedgerFormat> All { get; } = [new LedgerJsonLines(), new LedgerCsv(), new LedgerParquet()];

    /// <summary>For messages: the names, separated by commas.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(static f => f.Name));

    public static ILedgerFormat? Find(string name) => All.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase));
}
