using Sluice.Htpasswd;

using Xunit;

namespace Sluice.Unit.Htpasswd;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("ada", null, "ada")]
    [InlineData("-- -I", null, "-I")]
    [InlineData("file ada", "file", "ada")]
    [InlineData("-I", null, null)]
    [InlineData("-I file", "file", null)]
    public void What_is_asked_for_is_understood(string arguments, string? file, string? login) =>
        Assert.Equal((file, login), (CommandLine.Parse(arguments.Split(' '))?.File, CommandLine.Parse(arguments.Split(' '))?.Login));

    [Theory]
    [InlineData("")]
    [InlineData("a b c")]
    [InlineData("-I a b")]
    [InlineData("-n a")]
    public void Anything_else_is_a_question_of_usage(string arguments) =>
        Assert.Null(CommandLine.Parse(arguments.Split(' ', System.StringSplitOptions.RemoveEmptyEntries)));
}
