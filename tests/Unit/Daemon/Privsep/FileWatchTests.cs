using System;
using System.IO;

using Sluice.Daemon.Privsep;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep;

/// <summary>Files that are replaced while a configuration is in use.</summary>
public sealed class FileWatchTests : IDisposable
{
    // Long after what the tests write, so that nothing is in doubt.
    private static readonly DateTimeOffset _later = DateTimeOffset.UtcNow.AddHours(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-").FullName;

    private string One => Path.Combine(_folder, "one");

    private string Other => Path.Combine(_folder, "other");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_read_and_rests_has_not_changed()
    {
        File.WriteAllText(One, "a");
        FileWatch watch = new([One, Other], _later);

        Assert.Empty(watch.Changed());
        Assert.Empty(watch.Changed());
    }

    [Fact]
    public void A_file_that_is_written_is_said_when_it_rests_and_until_it_is_dealt_with()
    {
        File.WriteAllText(One, "a");
        FileWatch watch = new([One], _later);

        File.WriteAllText(One, "ab");
        Assert.Empty(watch.Changed());
        Assert.Equal([One], watch.Changed(), StringComparer.Ordinal);
        Assert.Equal([One], watch.Changed(), StringComparer.Ordinal);

        watch.Accept(watch.Changed());
        Assert.Empty(watch.Changed());
    }

    [Fact]
    public void A_file_waits_for_another_that_is_being_written()
    {
        File.WriteAllText(One, "a");
        File.WriteAllText(Other, "a");
        FileWatch watch = new([One, Other], _later);

        File.WriteAllText(One, "ab");
        Assert.Empty(watch.Changed());
        File.WriteAllText(Other, "ab");
        Assert.Empty(watch.Changed());

        Assert.Equal(2, watch.Changed().Count);
    }

    [Fact]
    public void A_link_that_leads_elsewhere_and_a_file_that_comes_or_goes_have_changed()
    {
        string target = Path.Combine(_folder, "target"), link = Path.Combine(_folder, "link");
        File.WriteAllText(One, "a");
        File.WriteAllText(target, "a");
        File.CreateSymbolicLink(link, One);
        FileWatch watch = new([One, Other, link], _later);

        File.Delete(link);
        File.CreateSymbolicLink(link, target);
        File.WriteAllText(Other, "a");
        File.Delete(One);
        Assert.Empty(watch.Changed());

        Assert.Equal(3, watch.Changed().Count);
    }

    [Fact]
    public void A_file_that_was_written_just_before_it_was_read_is_read_once_more()
    {
        File.WriteAllText(One, "a");
        FileWatch watch = new([One], DateTimeOffset.UtcNow);

        Assert.Equal([One], watch.Changed(), StringComparer.Ordinal);
        watch.Accept(watch.Changed());
        Assert.Empty(watch.Changed());
    }
}
