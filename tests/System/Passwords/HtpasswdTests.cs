using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

using Sluice.Engine.Passwords;
using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Passwords;

/// <summary>htpasswd(1), as it is published (H-AUTH-11 to H-AUTH-16).</summary>
[Compares]
public sealed class HtpasswdTests : IDisposable
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Place _place = new();

    private string FilePath => Path.Combine(_place.Folder, "users");

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_line_is_printed_where_no_file_is_named()
    {
        (int status, string output, string errors) = Call("ada:secret\n", "-I");

        Assert.Equal((0, ""), (status, errors));
        Assert.True(Holds(output, "ada", "secret"), output);
    }

    [Fact]
    public void A_new_file_is_its_owners_alone_and_a_known_one_keeps_owner_mode_and_other_lines()
    {
        Assert.Equal(0, Call("ada:first\n", "-I", FilePath).Status);
        Assert.Equal(OwnerAlone, File.GetUnixFileMode(FilePath));
        _place.Tool("chown", "www:_httpd_keys", FilePath);
        _place.Tool("chmod", "640", FilePath);

        Assert.Equal(0, Call("bob:other", "-I", FilePath).Status);
        Assert.Equal(0, Call("ada:second\n", "-I", FilePath).Status);

        Assert.Equal("www:_httpd_keys 640\n", _place.Tool("stat", "-c", "%U:%G %a", FilePath));
        string[] lines = File.ReadAllLines(FilePath);
        Assert.Equal(2, lines.Length);
        Assert.True(Holds(lines[0], "bob", "other") && Holds(lines[1], "ada", "second"), string.Join('\n', lines));
    }

    [Fact]
    public void A_file_that_another_one_changes_is_left_alone()
    {
        File.WriteAllText(FilePath, "ada:x\n");
        using FileStream held = new(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        (int status, _, string errors) = Call("ada:secret\n", "-I", FilePath);

        Assert.Equal(1, status);
        Assert.Contains("cannot lock password file", errors, StringComparison.Ordinal);
        Assert.Equal("ada:x\n".Length, held.Length);
    }

    [Theory]
    [InlineData("secret", "cannot find ':' in input", "-I")]
    [InlineData("", "usage: htpasswd", "-x")]
    [InlineData("ada:x", "cannot open password file", "-I", "/nowhere/file")]
    [InlineData("", "there is no terminal", "ada")]
    public void A_mistake_is_said_and_ends_with_1(string input, string expected, params string[] arguments)
    {
        (int status, string output, string errors) = Call(input, arguments);

        Assert.Equal((1, ""), (status, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret\nsecret\n", 0)]
    [InlineData("secret\nanother\n", 1)]
    public void On_a_terminal_it_asks_twice_and_shows_nothing(string typed, int expected)
    {
        // script(1) gives it a terminal of its own, and types what comes once it is asked.
        string questions = Path.Combine(_place.Folder, "typescript");
        ProcessStartInfo start = new("/bin/sh", ["-c", $"exec setsid script -q -e -f -c '{Place.Program("htpasswd")} {FilePath} ada' {questions}"]);
        using Process session = _place.Start(start);
        foreach ((string line, string question) in typed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Zip((string[])["Password: ", "Retype Password: "]))
        {
            Await.Until(() => Said(questions).Contains(question, StringComparison.Ordinal), $"it asks {question}");
            session.StandardInput.Write(line + "\n");
            session.StandardInput.Flush();
        }

        Assert.True(session.WaitForExit(10_000), "it ends");

        Assert.Equal(expected, session.ExitCode);
        Assert.DoesNotContain("secret", Said(questions), StringComparison.Ordinal);
        Assert.Equal(expected != 0, Said(questions).Contains("passwords don't match", StringComparison.Ordinal));
        Assert.Equal(expected == 0, File.Exists(FilePath) && Holds(File.ReadAllText(FilePath), "ada", "secret"));
    }

    private static string Said(string typescript) => File.Exists(typescript) ? File.ReadAllText(typescript) : "";

    private static bool Holds(string line, string user, string password) =>
        line.StartsWith(user + ":$2b$", StringComparison.Ordinal)
        && new PasswordHash().Verify(global::System.Text.Encoding.ASCII.GetBytes(password), global::System.Text.Encoding.ASCII.GetBytes(line.TrimEnd('\n')[(user.Length + 1)..]));

    private (int Status, string Output, string Errors) Call(string input, params string[] arguments)
    {
        ProcessStartInfo start = new("setsid", ["-w", Place.Program("htpasswd"), .. arguments]);
        using Process process = _place.Start(start);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(10_000), "it ends");
        return (process.ExitCode, output, errors);
    }
}
