using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansLlm.Silo.Transfer;

/// <summary>
/// Fetches a tenant's cached answers into a file of JSON lines, page by page. The place is kept in <c>FILE.export</c>; a second run of the same
/// tenant there goes on, and cuts off what a broken one wrote behind it. Answers that move while it runs may be there twice or not at all.
/// </summary>
internal static class CacheExport
{
    /// <param name="path">The file.</param>
    /// <param name="gateway">Where from.</param>
    /// <param name="restart">Whether to begin anew although an earlier run did not end.</param>
    /// <param name="progress">Told how many shards are done, and of how many.</param>
    /// <param name="cancellationToken">Ends it early; a second run goes on.</param>
    /// <returns>Answers written.</returns>
    /// <exception cref="HttpRequestException">The gateway refused or is not there; the message says why.</exception>
    public static async Task<int> RunAsync(string path, GatewayAddress gateway, bool restart, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var resume = new ResumePoint(path + ".export");
        using var http = gateway.CreateClient();
        var place = restart ? null : resume.Read<Place>();
        var mark = gateway.MarkOfKey();
        if (place is null || place.Gateway != gateway || place.KeyMark != mark || !File.Exists(path) || new FileInfo(path).Length < place.Length)
        {
            using var listed = await http.GetAsync(gateway.Path("/admin/v1/cache/shards"), cancellationToken);
            await GatewayRefusal.ThrowIfAnyAsync(listed, cancellationToken);
            var list = await listed.Content.ReadFromJsonAsync<ShardList>(JsonSerializerOptions.Web, cancellationToken);
            place = new Place(gateway, mark, list?.Data ?? throw new JsonException("There is no list of shards."), 0, null, 0, 0);
        }

        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        file.SetLength(place.Length);
        file.Position = place.Length;
        while (place.Done < place.Shards.Length)
        {
            using var page = await http.GetAsync(
                gateway.Path("/admin/v1/cache/entries", ("shard", place.Shards[place.Done]), ("after", place.After)), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await GatewayRefusal.ThrowIfAnyAsync(page, cancellationToken);
            var bytes = await page.Content.ReadAsByteArrayAsync(cancellationToken);
            await file.WriteAsync(bytes, cancellationToken);
            file.Flush(flushToDisk: true);
            var next = page.Headers.TryGetValues("x-orleansllm-next", out var values) ? values.First() : null;
            place = place with { Done = next is null ? place.Done + 1 : place.Done, After = next, Length = file.Position, Answers = place.Answers + bytes.AsSpan().Count((byte)'\n') };
            resume.Write(place);
            progress(place.Done, place.Shards.Length);
        }

        resume.Clear();
        return place.Answers;
    }

    private sealed record ShardList(string[]? Data);

    private sealed record Place(GatewayAddress? Gateway, string? KeyMark, string[] Shards, int Done, string? After, long Length, int Answers);
}
