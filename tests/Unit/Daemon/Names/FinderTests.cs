using System;
using System.IO;
using System.Linq;

using Sluice.Daemon.Names;

using Xunit;

namespace Sluice.Unit.Daemon.Names;

public sealed class FinderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice").FullName;

    private string FilePath => Path.Combine(_folder, "hosts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Names_of_the_hosts_file_have_addresses_and_live_for_a_while()
    {
        HostAnswer answer = HostFinder.Of(new HostSource(HostSourceKind.Name, "localhost")).Look()!;
        Assert.Contains("127.0.0.1", answer.Hosts.Select(static host => host.Address.ToString()), StringComparer.Ordinal);
        Assert.Equal("localhost", answer.Hosts[0].Name);
        Assert.InRange(answer.Lifetime, HostFinder.Shortest, HostFinder.Longest);
    }

    [Fact]
    public void A_file_is_read_in_an_order_of_its_own()
    {
        File.WriteAllText(FilePath, "192.0.2.2 port 2\n192.0.2.1\n192.0.2.2 port 1\n");
        Assert.Equal("192.0.2.1:0 192.0.2.2:1 192.0.2.2:2", Read(Finder()));
    }

    [Fact]
    public void A_file_is_read_again_when_it_rests()
    {
        File.WriteAllText(FilePath, "192.0.2.1\n");
        HostFinder finder = Finder();
        Assert.Equal("192.0.2.1:0", Read(finder));

        // One that is so new may have been read before it was whole.
        Assert.Equal("192.0.2.1:0", Read(finder));
        Assert.Null(finder.Look());

        File.WriteAllText(FilePath, "192.0.2.2\n");
        Assert.Null(finder.Look());
        Assert.Equal("192.0.2.2:0", Read(finder));
        Assert.Null(finder.Look());
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(7, 255, 7)]
    [InlineData(256, 256, 255)]
    [InlineData(100, 65535, 1)]
    [InlineData(32768, 65535, 127)]
    [InlineData(65535, 65535, 255)]
    public void Weights_of_services_fit_those_of_tables(int weight, int heaviest, int expected) => Assert.Equal(expected, ServiceFinder.Weight(weight, heaviest));

    [Fact]
    public void What_is_no_file_is_said()
    {
        Assert.StartsWith($"{FilePath}: ", Finder().Look()!.Failure, StringComparison.Ordinal);
        HostSource folder = new(HostSourceKind.File, _folder);
        Assert.StartsWith($"{_folder}: ", HostFinder.Of(folder).Look()!.Failure, StringComparison.Ordinal);
        File.WriteAllBytes(FilePath, new byte[HostFile.Longest + 1]);
        Assert.Contains("cannot be read: it must be a regular file of at most", Finder().Look()!.Failure, StringComparison.Ordinal);
    }

    private HostFinder Finder() => HostFinder.Of(new HostSource(HostSourceKind.File, FilePath));

    private static string Read(HostFinder finder) => string.Join(' ', finder.Look()!.Hosts.Select(static host => $"{host.Address}:{host.Port}"));
}
