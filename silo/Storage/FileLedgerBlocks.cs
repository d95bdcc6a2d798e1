using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Blocks beside the embedded store, one file each: in its memory they would grow with every request, and on its disk a block whose time is over only
/// goes by writing all the others anew.
/// </summary>
/// <param name="directory">Holds a folder for each day, and in it one for each tenant.</param>
internal sealed class FileLedgerBlocks(string directory) : ILedgerBlocks
{
    private const string DayFormat = "yyyyMMdd";

    public ValueTask AddAsync(ITransaction transaction, LedgerBlockName name, byte[] block)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Whole under its name or not there: a block that counts is never seen half written, whatever is killed when.
        using (var file = new FileStream(path + ".new", FileMode.Create))
        {
            file.Write(block);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        return default;
    }

    public async Task<byte[]?> FindAsync(LedgerBlockName name)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(name));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Deletes the blocks of all days before <paramref name="first"/>.</summary>
    public void DeleteBefore(DateOnly first)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var folder in Directory.EnumerateDirectories(directory))
        {
            if (DateOnly.TryParseExact(Path.GetFileName(folder), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < first)
                Directory.Delete(folder, recursive: true);
        }
    }

    // Names of tenants are no names of files.
    private string PathOf(LedgerBlockName name) => Path.Combine(
        directory,
        name.Day.ToString(DayFormat, CultureInfo.InvariantCulture),
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.TenantId)).AsSpan(0, 16)),
        string.Create(CultureInfo.InvariantCulture, $"{name.Number:D6}-{name.Count:D4}.jsonl.gz"));
}
