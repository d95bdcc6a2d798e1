using System.Globalization;

namespace OrleansLlm.Silo.Storage;

/// <summary>Files of ledger entries: a folder for each day (UTC), and in it one for each tenant.</summary>
/// <param name="directory">Holds the days.</param>
/// <param name="sync">Is told what is written.</param>
/// <param name="logger">Is told what is damaged.</param>
internal sealed class LedgerEntryFiles(string directory, FileSync sync, ILogger<LedgerEntryFiles> logger)
{
    private const string DayFormat = "yyyyMMdd";

    /// <summary>Those of a tenant's day, there or not.</summary>
    public LedgerDayFiles Of(string tenantId, DateOnly day) => new(Path.Combine(FolderOf(day), HashedName.Of(tenantId)), sync, logger);

    /// <summary>The days of which something is kept.</summary>
    public IEnumerable<DateOnly> Days()
    {
        if (!Directory.Exists(directory))
            yield break;
        foreach (var folder in Directory.EnumerateDirectories(directory))
        {
            if (DateOnly.TryParseExact(Path.GetFileName(folder), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                yield return day;
        }
    }

    /// <summary>Deletes all days before <paramref name="first"/>.</summary>
    public void DeleteBefore(DateOnly first)
    {
        foreach (var day in Days().Where(d => d < first).ToList())
            Directory.Delete(FolderOf(day), recursive: true);
    }

    private string FolderOf(DateOnly day) => Path.Combine(directory, day.ToString(DayFormat, CultureInfo.InvariantCulture));
}
