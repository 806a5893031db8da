using System;
using System.Globalization;
using System.IO;

using Sluice.Daemon.Names;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Program;

using Xunit;

namespace Sluice.Unit.Daemon.Program;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _errors = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    public void Dispose() => _errors.Dispose();

    [Fact]
    public void Without_options_the_daemon_goes_to_the_background_with_the_default_file()
    {
        CommandLine commandLine = Parse()!;

        Assert.Equal((StartMode.Background, "/etc/httpd.conf", 0), (commandLine.Mode, commandLine.ConfigurationFile, commandLine.Verbosity));
    }

    [Fact]
    public void Options_can_be_grouped()
    {
        CommandLine commandLine = Parse("-dvv", "-f", "a.conf")!;

        Assert.Equal((StartMode.Foreground, 2, "a.conf"), (commandLine.Mode, commandLine.Verbosity, commandLine.ConfigurationFile));
    }

    [Theory]
    [InlineData("-fa.conf")]
    [InlineData("-vfa.conf")]
    [InlineData("-f", "a.conf")]
    [InlineData("-f", "a.conf", "--")]
    public void A_value_stands_in_the_same_argument_or_is_the_next(params string[] arguments) =>
        Assert.Equal("a.conf", Parse(arguments)!.ConfigurationFile);

    [Fact]
    public void The_check_wins_over_the_foreground() => Assert.Equal(StartMode.Check, Parse("-n", "-d")!.Mode);

    [Fact]
    public void A_macro_ends_at_the_first_equals_sign() =>
        Assert.Equal(new MacroDefinition("a", "b=c"), Assert.Single(Parse("-D", "a=b=c")!.Macros));

    [Fact]
    public void A_macro_without_equals_sign_is_said_and_passed_over()
    {
        CommandLine commandLine = Parse("-D", "a", "-Db=")!;

        Assert.Equal("could not parse macro definition a\n", _errors.ToString());
        Assert.Equal(new MacroDefinition("b", ""), Assert.Single(commandLine.Macros));
    }

    [Theory]
    [InlineData("httpd: unknown option -- x\n", "-x")]
    [InlineData("httpd: unknown option -- -\n", "--help")]
    [InlineData("httpd: option requires an argument -- f\n", "-df")]
    [InlineData("", "operand")]
    [InlineData("", "-")]
    [InlineData("", "-d", "--", "operand")]
    public void What_is_no_command_line_gets_the_usage(string message, params string[] arguments)
    {
        Assert.Null(Parse(arguments));
        Assert.Equal(message + "usage: httpd [-dnv] [-D macro=value] [-f file]\n", _errors.ToString());
    }

    private CommandLine? Parse(params string[] arguments) => CommandLine.Parse(new NamedProgram(), arguments, _errors);

    private sealed class NamedProgram : DaemonProgram
    {
        public override string Name => "httpd";

        public override string DefaultConfigurationFile => "/etc/httpd.conf";

        public override RoleTable Roles => Sluice.Daemon.Privsep.Roles.Httpd;

        public override LoadedConfiguration? Load(CommandLine commandLine, LoadedConfiguration? running, HostNames names, TextWriter messages) => null;

        public override void RunChild(ChildContext context)
        {
        }
    }
}
