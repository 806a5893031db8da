using System;
using System.Collections.Generic;
using System.IO;

using Sluice.Daemon.Logging;
using Sluice.Relayd.Failover;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Failover;

public sealed class DemotionFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-").FullName;
    private readonly SaidLines _said = new();
    private readonly DemotionFiles _files;

    public DemotionFilesTests()
    {
        _files = new DemotionFiles(Path.Combine(_folder, "relayd.sock"), new Log(_said, verbosity: 0));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_group_has_a_file_beside_the_socket_and_changes_are_said()
    {
        _files.Write(Counts(("pair", 0), ("wan", 2)));
        Assert.Equal(("0\n", "2\n"), (Text("pair"), Text("wan")));
        _files.Write(Counts(("pair", 1), ("wan", 1)));
        Assert.Equal(("1\n", "1\n"), (Text("pair"), Text("wan")));
        Assert.Equal(
            [
                "Info incremented the demote state of group 'wan'",
                "Info incremented the demote state of group 'pair'",
                "Info decremented the demote state of group 'wan'",
            ],
            _said.Lines);
    }

    [Fact]
    public void A_group_that_is_no_more_is_not_demoted()
    {
        _files.Write(Counts(("pair", 1), ("wan", 1)));
        _files.Write(Counts(("wan", 1)));
        Assert.Equal(("0\n", "1\n"), (Text("pair"), Text("wan")));
        _files.Write(Counts());
        Assert.Equal("0\n", Text("wan"));
    }

    [Fact]
    public void What_a_daemon_left_that_was_killed_is_put_right()
    {
        File.WriteAllText(Name("pair"), "1\n");
        File.WriteAllText(Name("wan"), "rubbish");
        File.WriteAllText(Name("b.wan"), "1\n");
        _files.Write(Counts(("wan", 0)));
        Assert.Equal(("0\n", "0\n"), (Text("pair"), Text("wan")));

        // Of another daemon, whose socket is b.sock.
        Assert.Equal("1\n", Text("b.wan"));
    }

    [Fact]
    public void A_file_that_says_so_already_is_left_alone()
    {
        File.WriteAllText(Name("pair"), "1\n");
        _files.Write(Counts(("pair", 1)));
        Assert.Empty(_said.Lines);
    }

    [Fact]
    public void Where_nothing_can_be_written_it_is_said_once()
    {
        _ = Directory.CreateDirectory(Name("pair"));
        _files.Write(Counts(("pair", 1)));
        _files.Write(Counts(("pair", 1)));
        Assert.StartsWith("Error whether groups are demoted cannot be written: ", Assert.Single(_said.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_else_is_left()
    {
        File.WriteAllText(Name("pair") + ".new", "of a daemon that was killed");
        _files.Write(Counts(("pair", 1)));
        Assert.Equal([Name("pair")], Directory.GetFiles(_folder));
    }

    private static Dictionary<string, int> Counts(params (string Group, int Count)[] counts)
    {
        Dictionary<string, int> all = new(StringComparer.Ordinal);
        Array.ForEach(counts, one => all.Add(one.Group, one.Count));
        return all;
    }

    private string Name(string group) => Path.Combine(_folder, $"relayd.{group}.demote");

    private string Text(string group) => File.ReadAllText(Name(group));
}
