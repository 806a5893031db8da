using System;
using System.IO;
using System.Net;

using Sluice.Control;
using Sluice.Relayctl;

using Xunit;

namespace Sluice.Unit.Relayctl;

public sealed class CommandLineTests
{
    private const string OfHost = "  disable\n  enable\n  drain\n  undrain\n  add\n  remove\n";
    private const string OfAll = "  monitor\n  show\n  load\n  poll\n  reload\n  stop\n  redirect\n  table\n  host\n  log\n";
    private const string OfShow = "  summary\n  hosts\n  redirects\n  relays\n  routers\n  sessions\n";

    public static TheoryData<string, Request> Commands { get; } = new()
    {
        { "show summary", new ShowRequest(ShowSubject.Summary) },
        { "sh su", new ShowRequest(ShowSubject.Summary) },
        { "sh h", new ShowRequest(ShowSubject.Hosts) },
        { "show redirects", new ShowRequest(ShowSubject.Redirects) },
        { "sho rela", new ShowRequest(ShowSubject.Relays) },
        { "show ro", new ShowRequest(ShowSubject.Routers) },
        { "show se", new ShowRequest(ShowSubject.Sessions) },
        { "show ru", new ShowRequest(ShowSubject.Rules) },
        { "m", new MonitorRequest() },
        { "monitor", new MonitorRequest() },
        { "p", new PollRequest() },
        { "rel", new ReloadRequest() },
        { "st", new StopRequest() },
        { "purge", new PurgeRequest() },
        { "log verbose", new LogRequest(LogWord.Verbose) },
        { "log b", new LogRequest(LogWord.Brief) },
        { "load /etc/other.conf", new LoadRequest("/etc/other.conf") },
        { "host disable 8", new CommandRequest(CommandWord.DisableHost, new Target(8, "")) },
        { "host d 8", new CommandRequest(CommandWord.DisableHost, new Target(8, "")) },
        { "h e 127.0.0.3", new CommandRequest(CommandWord.EnableHost, new Target(0, "127.0.0.3")) },
        { "host dr 8", new CommandRequest(CommandWord.DrainHost, new Target(8, "")) },
        { "host u 8", new CommandRequest(CommandWord.UndrainHost, new Target(8, "")) },
        { "host remove a.example", new CommandRequest(CommandWord.RemoveHost, new Target(0, "a.example")) },
        { "table disable three:21710", new CommandRequest(CommandWord.DisableTable, new Target(0, "three:21710")) },
        { "t e 4294967295", new CommandRequest(CommandWord.EnableTable, new Target(uint.MaxValue, "")) },
        { "t e 4294967296", new CommandRequest(CommandWord.EnableTable, new Target(0, "4294967296")) },
        { "t e 0", new CommandRequest(CommandWord.EnableTable, new Target(0, "0")) },
        { "red d rdr", new CommandRequest(CommandWord.DisableRedirect, new Target(0, "rdr")) },
        { "redirect enable 1", new CommandRequest(CommandWord.EnableRedirect, new Target(1, "")) },
        { "host add web:80 192.0.2.1", new AddHostRequest(new Target(0, "web:80"), IPAddress.Parse("192.0.2.1"), 1, 0, 0) },
        { "host add 3 2001:db8::1 weight 5 retry 2 ip ttl 9", new AddHostRequest(new Target(3, ""), IPAddress.Parse("2001:db8::1"), 5, 2, 9) },
    };

    public static TheoryData<string, string> Mistakes { get; } = new()
    {
        { "", "missing argument:\nvalid commands/args:\n" + OfAll },
        { "bogus", "unknown argument: bogus\nvalid commands/args:\n" + OfAll },
        { "monitorx", "unknown argument: monitorx\nvalid commands/args:\n" + OfAll },
        { "lo", "ambiguous argument: lo\nvalid commands/args:\n" + OfAll },
        { "re", "ambiguous argument: re\nvalid commands/args:\n" + OfAll },
        { "show", "missing argument:\nvalid commands/args:\n" + OfShow },
        { "show re", "ambiguous argument: re\nvalid commands/args:\n" + OfShow },
        { "show tables", "unknown argument: tables\nvalid commands/args:\n" + OfShow },
        { "load", "missing argument:\nvalid commands/args:\n  <path>\n" },
        { "log", "missing argument:\nvalid commands/args:\n  verbose\n  brief\n" },
        { "host", "missing argument:\nvalid commands/args:\n" + OfHost },
        { "host q", "unknown argument: q\nvalid commands/args:\n" + OfHost },
        { "host disable", "missing argument:\nvalid commands/args:\n  <hostid>\n" },
        { "table", "missing argument:\nvalid commands/args:\n  disable\n  enable\n" },
        { "table enable", "missing argument:\nvalid commands/args:\n  <tableid>\n" },
        { "redirect", "missing argument:\nvalid commands/args:\n  disable\n  enable\n" },
        { "redirect disable", "missing argument:\nvalid commands/args:\n  <redirectid>\n" },
        { "host add", "missing argument:\nvalid commands/args:\n  <tableid>\n" },
        { "host add web:80", "missing argument:\nvalid commands/args:\n  <address>\n" },
        { "host add web:80 1.2.3.4 q", "unknown argument: q\nvalid commands/args:\n  <cr>\n  weight\n  retry\n  ip\n" },
        { "host add web:80 1.2.3.4 weight", "missing argument:\nvalid commands/args:\n  <number>\n" },
        { "host add web:80 1.2.3.4 weight 256", "relayctl: invalid number: 256\n" },
        { "host add web:80 1.2.3.4 retry -1", "relayctl: invalid number: -1\n" },
        { "host add web:80 1.2.3.4 ip ttl 0", "relayctl: invalid number: 0\n" },
        { "host add web:80 www.example", "relayctl: invalid address: www.example\n" },
        { "host add web:80 17", "relayctl: invalid address: 17\n" },
        { "host disable 8 9", "superfluous argument: 9\n" },
        { "poll now", "superfluous argument: now\n" },
        { "-x show summary", "usage: relayctl [-s socket] command [argument ...]\n" },
        { "-s", "usage: relayctl [-s socket] command [argument ...]\n" },
        { "poll --json", "relayctl: --json is for show and monitor\n" },
        { "show rules --json", "relayctl: show rules prints commands, which have no form in JSON\n" },
        { "show redirects -v", "relayctl: -v is for show hosts, show relays and show summary\n" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_is_asked_for_is_understood(string words, Request request) =>
        Assert.Equal(request, Parse(words).CommandLine?.Request);

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_answered_with_what_is_possible(string words, string message)
    {
        (CommandLine? commandLine, string said) = Parse(words);

        Assert.Null(commandLine);
        Assert.Equal(message, said);
    }

    [Theory]
    [InlineData("show hosts", "/var/run/relayd.sock", "Text", "Normal")]
    [InlineData("-s /run/x show hosts", "/run/x", "Text", "Normal")]
    [InlineData("-s/run/x show hosts -v", "/run/x", "Text", "More")]
    [InlineData("show --json hosts", "/var/run/relayd.sock", "Json", "Normal")]
    public void Options_say_where_and_how(string words, string socket, string format, string detail)
    {
        CommandLine commandLine = Parse(words).CommandLine!;

        Assert.Equal((socket, format, detail), (commandLine.Socket, commandLine.Format.ToString(), commandLine.Detail.ToString()));
    }

    [Fact]
    public void A_name_has_a_character_for_each_byte() =>
        Assert.Equal(new CommandRequest(CommandWord.EnableHost, new Target(0, "\xc3\xa4")), Parse("host enable ä").CommandLine?.Request);

    [Fact]
    public void A_name_of_more_than_255_bytes_is_refused() =>
        Assert.StartsWith("relayctl: name too long: aaa", Parse("host enable " + new string('a', 256)).Said, StringComparison.Ordinal);

    private static (CommandLine? CommandLine, string Said) Parse(string words)
    {
        using StringWriter messages = new() { NewLine = "\n" };
        CommandLine? commandLine = CommandLine.Parse(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), messages);
        return (commandLine, messages.ToString());
    }
}
