using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Engine.Passwords;
using Sluice.Httpd.Passwords;

using Xunit;

namespace Sluice.Unit.Httpd.Passwords;

public sealed class PasswordCheckTests
{
    // Of "U*U".
    private const string Hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    [Theory]
    [InlineData("ada:" + Hash)]
    [InlineData("ada:" + Hash + "\n")]
    [InlineData("\n#\nno colon\n:x\nada:\nada:wrong\nada:" + Hash + "\n")]
    [InlineData("ada:" + Hash + "\nada:*\n")]
    [InlineData("\u00ff\u00fe\0:x\nada:" + Hash)]
    public void Any_line_of_the_name_lets_in(string content) => Assert.Equal(Verdict.Granted, Run(content, "ada", "U*U"));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("ada")]
    [InlineData("ada:\n")]
    [InlineData("ada: " + Hash)]
    [InlineData(" ada:" + Hash)]
    [InlineData("Ada:" + Hash)]
    [InlineData("ada:" + Hash + "\r\n")]
    [InlineData("ada:" + Hash + ":more\n")]
    [InlineData("ada:U*U\n")]
    [InlineData("bob:" + Hash + "\n")]
    public void Nothing_else_does(string content) => Assert.Equal(Verdict.Refused, Run(content, "ada", "U*U"));

    [Fact]
    public void An_empty_hash_lets_nobody_in() => Assert.Equal(Verdict.Refused, Run("ada:\n", "ada", ""));

    [Fact]
    public void A_wrong_password_is_refused() => Assert.Equal(Verdict.Refused, Run("ada:" + Hash, "ada", "U*V"));

    [Fact]
    public void An_unknown_user_takes_as_long_as_a_known_one()
    {
        string content = "ada:$2b$08$abcdefghijklmnopqrstuu" + new string('x', 31);

        // Nearly all of the time goes into the hashes, so they are counted; what a machine takes for one is not.
        Assert.Equal(1, HashesFor(content, "ada"));
        Assert.Equal(1, HashesFor(content, "nobody"));
        Assert.Equal(1, HashesFor("", "nobody"));
    }

    [Fact]
    public void A_line_of_a_megabyte_is_a_line() =>
        Assert.Equal(Verdict.Granted, Run($"bob:{new string('x', 1 << 20)}\nada:{Hash}", "ada", "U*U"));

    [Fact]
    public void Lines_are_numbered_and_those_without_a_colon_are_passed_over()
    {
        List<string> lines = [];
        PasswordLines reader = new("a:1\nb\n\n:\nc:2:3\r\n"u8);
        Collect(reader, lines);

        Assert.Equal(["1 a=1", "4 =", "5 c=2:3\r"], lines, StringComparer.Ordinal);
    }

    private static void Collect(PasswordLines reader, List<string> lines)
    {
        while (reader.TryNext())
        {
            lines.Add($"{reader.Number} {Encoding.Latin1.GetString(reader.User)}={Encoding.Latin1.GetString(reader.Hash)}");
        }
    }

    private static int HashesFor(string content, string user)
    {
        PasswordHash hash = new();
        _ = Run(content, user, "wrong", hash);
        return hash.Computed;
    }

    private static Verdict Run(string content, string user, string password, PasswordHash? hash = null) =>
        PasswordCheck.Run(Encoding.Latin1.GetBytes(content), Encoding.Latin1.GetBytes(user), Encoding.Latin1.GetBytes(password), hash ?? new PasswordHash());
}
