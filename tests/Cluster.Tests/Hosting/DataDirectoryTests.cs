using OrleansLlm.Client.Configuration;
using System.Runtime.Versioning;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting;

[UnsupportedOSPlatform("windows")]
public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-folder-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Prepare_NewFolder_OpensToItsOwnerAlone()
    {
        var data = Path.Combine(_folder.FullName, "data");
        DataDirectory.Prepare(data);
        Assert.All((string[])[data, DataDirectory.StoreOf(data), DataDirectory.JournalOf(data), DataDirectory.EntriesOf(data), DataDirectory.ShardsOf(data)], static f => Assert.Equal(Owner, File.GetUnixFileMode(f)));
    }

    [Fact]
    public void Prepare_FolderThatWasThere_StaysAsItIsAndOursAreClosed()
    {
        File.SetUnixFileMode(_folder.FullName, Everybody);
        Directory.CreateDirectory(DataDirectory.StoreOf(_folder.FullName), Everybody);
        DataDirectory.Prepare(_folder.FullName);
        Assert.Equal(Everybody, File.GetUnixFileMode(_folder.FullName));
        Assert.Equal(Owner, File.GetUnixFileMode(DataDirectory.StoreOf(_folder.FullName)));
    }

    [Fact]
    public void Prepare_FolderThatCannotBe_NamesTheVariable()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, string.Empty);
        var failure = Assert.Throws<ConfigurationException>(() => DataDirectory.Prepare(file));
        Assert.Contains("ORLEANSLLM_DATA: '" + file, failure.Message, StringComparison.Ordinal);
    }
}
