using System;
using System.IO;
using System.Linq;

using Sluice.Daemon.Names;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Httpd.Processes;

using Xunit;

namespace Sluice.Unit.Httpd.Processes;

/// <summary>From a file to what the parent does with it.</summary>
public sealed class HttpdProgramTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_options_of_tcp_are_those_of_the_sockets()
    {
        ListenOptions options = Load("tcp { backlog 7, ip ttl 33, ip minttl 2, socket buffer 4000, no nodelay, no sack }").Listeners[0].Options;
        Assert.Equal((7, 33, 2), (options.Backlog, options.TimeToLive, options.MinimumTimeToLive));
        Assert.Equal((4000, 4000, false), (options.ReceiveBuffer, options.SendBuffer, options.NoDelay));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tcp { backlog 0, ip ttl 0, ip minttl 0, nodelay, sack }")]
    public void What_is_not_said_or_zero_is_left_to_the_system(string line)
    {
        ListenOptions options = Load(line).Listeners[0].Options;
        Assert.Equal((511, null, null, true), (options.Backlog, options.TimeToLive, options.MinimumTimeToLive, options.NoDelay));
    }

    [Theory]
    [InlineData("tcp { nodelay, no nodelay }")]
    [InlineData("tcp { no nodelay, nodelay }")]
    public void Who_says_no_to_nodelay_means_it(string line) => Assert.False(Load(line).Listeners[0].Options.NoDelay);

    [Fact]
    public void A_log_of_each_name_is_opened_once_below_the_folder_of_logs() =>
        Assert.Equal(
            ["/var/www/logs/a", "/var/www/logs/b", "/var/www/logs/error.log"],
            Load("log { access \"a\", error \"./a\" }\n location \"/x\" {\n log { access \"../b\", error \"error.log\" }\n }").LogFiles.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);

    private LoadedConfiguration Load(string line)
    {
        File.WriteAllText(_file, $"server \"a\" {{\n listen on 127.0.0.1 port 80\n {line}\n}}\n");
        HttpdProgram program = new();
        return program.Load(CommandLine.Parse(program, ["-n", "-f", _file], TextWriter.Null)!, running: null, HostNames.AskedHere(), TextWriter.Null)!;
    }
}
