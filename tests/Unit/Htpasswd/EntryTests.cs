using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.Engine.Passwords;
using Sluice.Htpasswd;

using Xunit;

namespace Sluice.Unit.Htpasswd;

public sealed class EntryTests : IDisposable
{
    private readonly Entry _entry = new();

    public void Dispose() => _entry.Dispose();

    [Theory]
    [InlineData("ada:secret\n")]
    [InlineData("ada:secret")]
    [InlineData("ada:secret\nbob:other\n")]
    public void A_line_of_input_is_a_name_and_a_password(string input)
    {
        Assert.Null(Read(input));
        Assert.Null(_entry.Hash(4));

        string line = Encoding.Latin1.GetString(_entry.Line);
        Assert.StartsWith("ada:$2b$04$", line, StringComparison.Ordinal);
        Assert.Equal("ada:".Length + 60 + 1, line.Length);
        Assert.True(new PasswordHash().Verify("secret"u8, _entry.Line[4..^1]));
    }

    [Fact]
    public void A_password_may_have_colons()
    {
        Assert.Null(Read("ada:a:b\n"));
        Assert.Null(_entry.Hash(4));

        Assert.True(new PasswordHash().Verify("a:b"u8, _entry.Line[4..^1]));
    }

    [Theory]
    [InlineData("", "cannot find ':' in input")]
    [InlineData("ada\n", "cannot find ':' in input")]
    [InlineData("ada\n:x", "cannot find ':' in input")]
    [InlineData(":secret\n", "the login is empty")]
    [InlineData("a\tb:secret\n", "a login cannot have control characters")]
    [InlineData("ada:a\0b\n", "a password cannot have a NUL")]
    public void What_is_no_entry_is_refused(string input, string mistake) => Assert.Equal(mistake, Read(input));

    [Fact]
    public void A_password_has_1023_bytes_at_most()
    {
        Assert.Null(Read($"ada:{new string('x', 1023)}\n"));
        Assert.Equal("password too long", Read($"ada:{new string('x', 1024)}\n"));
        Assert.Equal("password too long", Read($"ada:{new string('x', 100_000)}\n"));
    }

    [Fact]
    public void A_name_has_255_bytes_at_most()
    {
        Assert.Null(Read($"{new string('x', 255)}:secret\n"));
        Assert.Equal("login too long", Read($"{new string('x', 256)}:secret\n"));
    }

    [Fact]
    public void A_name_with_a_colon_is_refused() => Assert.Equal("a login cannot have a ':'", _entry.Ask("a:b"));

    [Theory]
    [InlineData(1, 14)]
    [InlineData(16, 11)]
    [InlineData(125, 9)]
    [InlineData(126, 8)]
    [InlineData(10_000, 8)]
    public void The_cost_is_what_the_machine_does_in_a_quarter_of_a_second(int milliseconds, int cost) =>
        Assert.Equal(cost, HashCost.Of(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void The_measured_cost_is_in_its_bounds() => Assert.InRange(HashCost.Measure(), HashCost.Least, HashCost.Most);

    [Theory]
    [InlineData("", "", "")]
    [InlineData("bob:$2y$x\n", "bob:$2y$x\n", "")]
    [InlineData("bob:$2b$x", "bob:$2b$x\n", "")]
    [InlineData("bob:$1$x\nada:old\ncyd:$2a$x\nada:older\n", "bob:$1$x\ncyd:$2a$x\n", "bob")]
    [InlineData("adam:$2a$x\nno colon\n\n", "adam:$2a$x\nno colon\n\n", "")]
    public void Other_lines_stay_in_their_order_and_the_new_one_comes_last(string before, string kept, string outdated)
    {
        _ = Read("ada:secret\n");
        _ = _entry.Hash(4);

        byte[] changed = PasswordFile.Change(Encoding.Latin1.GetBytes(before), _entry, out IReadOnlyList<string> names);

        Assert.Equal(kept + Encoding.Latin1.GetString(_entry.Line), Encoding.Latin1.GetString(changed));
        Assert.Equal(outdated, string.Join(' ', names));
    }

    [Fact]
    public void Five_outdated_hashes_are_named_and_the_rest_is_counted()
    {
        _ = Read("ada:secret\n");
        _ = _entry.Hash(4);
        string folder = Directory.CreateTempSubdirectory("htpasswd-").FullName;
        string path = Path.Combine(folder, "file");
        File.WriteAllLines(path, Enumerable.Range(1, 7).Select(number => $"user{number}\u001b:x"));
        using StringWriter warnings = new();

        Assert.Null(PasswordFile.Store(path, _entry, warnings));

        Directory.Delete(folder, recursive: true);
        string[] lines = warnings.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("htpasswd: user1?: ", lines[0], StringComparison.Ordinal);
        Assert.Equal("htpasswd: 2 more hashes are not bcrypt", lines[5]);
    }

    private string? Read(string input)
    {
        using MemoryStream stream = new(Encoding.Latin1.GetBytes(input));
        return _entry.ReadBatch(stream);
    }
}
