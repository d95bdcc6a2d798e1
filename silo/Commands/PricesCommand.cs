using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Pricing.Import;
using Spectre.Console;

namespace OrleansLlm.Silo.Commands;

/// <summary><c>prices import</c> and <c>prices diff</c>: a public price list against the catalogue, and into it.</summary>
internal static class PricesCommand
{
    private static readonly Argument<string> List = new("file") { Description = "LiteLLM's model_prices_and_context_window.json or the data.json of genai-prices, .gz too" };
    private static readonly Option<string?> Catalog = new("--catalog") { Description = "The catalogue to compare with; by default the shipped one" };
    private static readonly Option<string[]> Providers = new("--provider") { Description = "Only these providers' prices; by default those that the catalogue knows" };
    private static readonly Option<DateOnly?> From = new("--from") { Description = "First day of prices that differ; by default today (UTC)", CustomParser = ParseDate };
    private static readonly Option<bool> SkipSuspect = new("--skip-suspect") { Description = "Leave out rows that are not believed in place of refusing the list" };
    private static readonly Option<string> Output = new("--output") { Description = "Where the new catalogue goes; name it in OrleansLlm:Pricing:CatalogFile", DefaultValueFactory = _ => "prices.json" };

    public static Command Create()
    {
        var import = new Command("import", "Write a catalogue with a public list's prices; refused where the list looks broken") { List, Catalog, Providers, From, SkipSuspect, Output, CommandOutput.Json };
        import.SetAction(async (parsed, _) => !await CommandFiles.CanWriteAsync(parsed.GetRequiredValue(Output)) ? ExitCode.CannotWrite : await RunAsync(parsed, (compared, catalog) =>
        {
            if (compared.Refused.Count > 0)
                return null;
            var version = string.Create(CultureInfo.InvariantCulture, $"{Day(parsed):yyyy-MM-dd}");
            File.WriteAllBytes(parsed.GetRequiredValue(Output), PriceCatalog.Create(version, compared.Merged).ToUtf8Json($"{Path.GetFileName(parsed.GetRequiredValue(List))} over {catalog.Version}"));
            return parsed.GetRequiredValue(Output);
        }));
        var diff = new Command("diff", "Show what a public list would change") { List, Catalog, Providers, From, SkipSuspect, CommandOutput.Json };
        diff.SetAction((parsed, _) => RunAsync(parsed, static (_, _) => null));
        return new Command("prices", "Public price lists") { import, diff };
    }

    // What it writes is named, where it writes anything.
    private static async Task<int> RunAsync(ParseResult parsed, Func<PriceListImport, PriceCatalog, string?> write)
    {
        if (!await CommandFiles.CanReadAsync(parsed.GetRequiredValue(List)) || (parsed.GetValue(Catalog) is { } own && !await CommandFiles.CanReadAsync(own)))
            return ExitCode.NoInput;
        try
        {
            var catalog = parsed.GetValue(Catalog) is { } path ? Read(path, PriceCatalog.Load) : PriceCatalog.Default;
            var wrong = new List<string>();
            var providers = parsed.GetValue(Providers) is { Length: > 0 } named ? named.AsEnumerable() : catalog.Prices.Select(static p => p.Provider);
            var wanted = providers.ToHashSet(StringComparer.OrdinalIgnoreCase);
            var listed = Read(parsed.GetRequiredValue(List), file => ReadList(file, wrong)).Where(p => wanted.Contains(p.Provider)).ToList();
            if (listed.Count == 0)
                throw new FormatException($"'{parsed.GetRequiredValue(List)}' lists no price of a provider that is asked for: is it such a list?");
            var compared = PriceListImport.Of(catalog.Prices, listed, Day(parsed));
            if (parsed.GetValue(SkipSuspect))
            {
                var suspect = compared.Refused.Select(static r => r.Key).ToHashSet();
                compared = PriceListImport.Of(catalog.Prices, listed.FindAll(p => !suspect.Contains(PriceKey.Of(p) with { ValidFrom = default })), Day(parsed));
            }

            var written = write(compared, catalog);
            var changes = compared.Changes.OrderBy(static c => c.Key.ToString(), StringComparer.Ordinal).ToList();
            CommandOutput.Write(
                new
                {
                    changes = changes.Select(static c => new { price = c.Key.ToString(), c.Cell, was = c.Old, @is = c.New }),
                    left_out = wrong,
                    refused = compared.Refused.Select(static r => r.Reason),
                    file = written,
                    prices = written is null ? null : (int?)compared.Merged.Count,
                },
                console => Show(console, changes, wrong, compared, written));
            foreach (var refusal in compared.Refused)
                await Console.Error.WriteLineAsync("refused: " + refusal.Reason);
            return compared.Refused.Count > 0 ? ExitCode.NotSupported : ExitCode.Success;
        }
        // Of a file that is no list, or no gzip.
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.WrongInput;
        }
    }

    // The two lists tell themselves apart: an object of models, an array of providers.
    private static IReadOnlyList<ModelPrice> ReadList(Stream file, List<string> wrong)
    {
        using var whole = new MemoryStream();
        file.CopyTo(whole);
        whole.Position = 0;
        var first = whole.GetBuffer().AsSpan(0, (int)whole.Length).TrimStart(" \t\r\n"u8);
        return first.StartsWith("["u8) ? GenAiPriceList.Read(whole, wrong) : LiteLlmPriceList.Read(whole, wrong);
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<PriceChange> changes, List<string> wrong, PriceListImport compared, string? written)
    {
        var table = new Table().AddColumns("price", "cell", "was", "is");
        foreach (var change in changes)
            table.AddRow(Markup.Escape(change.Key.ToString()), change.Cell, Usd(change.Old), Usd(change.New));
        console.Write(table);
        foreach (var row in wrong)
            console.MarkupLineInterpolated($"left out: {row}");
        if (written is not null)
            console.MarkupLineInterpolated($"{compared.Merged.Count} prices written to {written}.");
    }

    private static DateOnly Day(ParseResult parsed) => parsed.GetValue(From) ?? DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private static T Read<T>(string path, Func<Stream, T> read)
    {
        using var file = File.OpenRead(path);
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            return read(file);
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        return read(unpacked);
    }

    private static string Usd(decimal? price) => price?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static DateOnly? ParseDate(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        result.AddError("--from must be a day such as 2026-11-25.");
        return null;
    }
}
