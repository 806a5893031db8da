using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Grammar;
using Sluice.Relayd.Configuration.Text;
using Sluice.Relayd.Configuration.Wire;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// relayd.conf: its tokens are those of a slow lexer written from the rules; a text that is written anew from its tokens, each text in
/// quotes and one blank between them, means the same; and what is accepted refers only to what is there, and prints as text, and is written
/// as bytes, that read as an equal configuration.
/// </summary>
internal sealed class RelayConfigurationTarget : FuzzTarget
{
    private static readonly string[] _fragments =
    [
        "table <t> { 10.0.0.1 10.0.0.2 retry 2 }\n", "table <u> disable { ::1, 10.0.0.3 parent 1\n}\n", "table ", "<t> ", "{ ", "} ", "}\n", "\n",
        "redirect \"d\" {\n", "relay 'r' {\n", "http protocol p {\n", "protocol q\n", "dns protocol n { }\n", "router w {\n",
        "listen on ::1 port 80\n", "listen on 10.0.0.9 port 7:9\n", "forward to <t> port 1\n", "forward to <t> check tcp mode hash 'k'\n",
        "10.0.0.4 weight 3\n", "trusted-proxies { ::1, '10/8' }\n", "listen on ::1 port 9 proxy-protocol\n", "session close on host down\n",
        "forward to <t> port 1 timeout 7\n", "match tag T no tag tagged U\n", "weight ",
        "forward to <u> port 2 check http '/' host h code 200 timeout 5\n", "forward with tls to ::2 port 3 retry 1 inet proxy-protocol v1\n",
        "transparent forward to destination inet6 64:ff9b::\n", "route 10.0.0.0/8\n", "route to <t> check icmp interface e0\n",
        "protocol p\n", "session timeout 9\n", "sticky-address\n", "match pftag G\n", "disable\n", "rtable 2\n", "interval 20\n", "timeout 100\n",
        "tcp { nodelay, backlog 7 }\n", "tls { no tlsv1.2, keypair k }\n", "http { headerlen 9 websockets }\n", "return error style 's'\n",
        "pass\n", "block quick from 10.0.0.0/8 label 'l'\n", "match request header set A value '$HOST' tag T\n", "match response cookie log\n",
        "match path strip 2 tagged T\n", "block sni '*.a' tag T\n", "sni ", "match url digest '0123456789abcdef0123456789abcdef'\n", "match path '/a' forward to <t>\n",
        "match header pattern '^(a' value pattern 'b'\n", "match no tag\n", "log state changes\n", "prefork 2\n", "m = 'port 5'\n", "$m\n", "$n",
        "check send 'a\\n' expect \"b\\r\" tls ", "check binary send '00' expect ff ", "# comment \\\n", "\\\n", "\\", "\"", "'", "80", "-1", "80a", "-",
        ",", ";", "*", "/", "=", "\r", "\0", "\u00e9", "relay", "'relay' ",
    ];

    private readonly Func<Token, string> _write;
    private readonly Func<byte[], byte[]> _read;
    private readonly Func<RelaydConfiguration, string> _print;

    public RelayConfigurationTarget()
        : this(Write, text => text, ConfigurationText.Print)
    {
    }

    private RelayConfigurationTarget(Func<Token, string> write, Func<byte[], byte[]> read, Func<RelaydConfiguration, string> print)
    {
        _write = write;
        _read = read;
        _print = print;
    }

    public override string Name => "relay-configuration";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("forgets the quotes of texts", new RelayConfigurationTarget(token => token.Text + " ", text => text, ConfigurationText.Print)),
        new("takes CR LF for the end of a line", new RelayConfigurationTarget(Write, WithoutCarriageReturns, ConfigurationText.Print)),
        new("prints tables without their timeouts", new RelayConfigurationTarget(Write, text => text, PrintWithoutTimeouts)),
    ];

    public override byte[] Generate(Random random)
    {
        StringBuilder text = new();
        bool isNearlyValid = random.Next(4) != 0;
        if (isNearlyValid)
        {
            text.Append("table <t> { 10.0.0.1 10.0.0.2 }\n");
            text.Append(random.Next(2) == 0 ? "http protocol p {\npass\n" : "relay s {\nlisten on ::1 port 81\nforward to <t> port 1\n");
        }

        for (int i = random.Next(isNearlyValid ? 6 : 40); i > 0; i--)
        {
            text.Append(_fragments[random.Next(_fragments.Length)]);
        }

        return Encoding.Latin1.GetBytes(text.Append(isNearlyValid ? "}\nrelay z {\nlisten on ::1 port 82\nforward to nat lookup\n}\n" : "").ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[] text = input.ToArray();
        string expected = SlowLexer.Cut(Encoding.Latin1.GetString(text), RelaydKeywords.All);
        string tokens = SlowLexer.Read(_read(text), RelaydKeywords.All);
        if (!string.Equals(expected, tokens, StringComparison.Ordinal))
        {
            return $"the tokens are {tokens} and should be {expected}";
        }

        LoadResult<RelaydConfiguration> result = Load(text);
        if (result.Configuration is not { } configuration)
        {
            return result.Diagnostics.Errors > 0 ? null : "refused without a message";
        }

        return FindStray(configuration) ?? CheckAnew(text, configuration) ?? CheckWays(configuration);
    }

    /// <summary>A reference to what is not there; null for none.</summary>
    private static string? FindStray(RelaydConfiguration configuration)
    {
        IEnumerable<TableUse> uses =
        [
            .. configuration.Relays.SelectMany(relay => relay.Forward.Tables),
            .. configuration.Redirects.Select(redirect => redirect.Table),
            .. configuration.Routers.Select(router => router.Gateways).OfType<TableUse>(),
        ];
        return uses.Any(use => use.TableId < 1 || use.TableId > configuration.Tables.Count || configuration.TableOf(use).Id != use.TableId) ? "a table has another id"
            : !configuration.Tables.SelectMany(table => table.Hosts).Select(host => host.Id).SequenceEqual(Enumerable.Range(1, configuration.Tables.Sum(table => table.Hosts.Count))) ? "hosts are not counted"
            : configuration.Relays.Any(relay => configuration.ProtocolOf(relay).Id != relay.ProtocolId) ? "a protocol has another id"
            : null;
    }

    private string? CheckAnew(byte[] text, RelaydConfiguration configuration)
    {
        Lexer lexer = new(new SourceText("f", text), RelaydKeywords.All, new Macros(), new SoleFile(text), new Diagnostics());
        StringBuilder anew = new();
        Token token;
        while ((token = lexer.Next()).Kind is not (TokenKind.End or TokenKind.Invalid))
        {
            anew.Append(_write(token));
        }

        // What uses macros ends at the first of them here.
        return token.Kind == TokenKind.Invalid || Load(Encoding.Latin1.GetBytes(anew.ToString())).Configuration == configuration
            ? null
            : $"written anew it is another one: {anew}";
    }

    private string? CheckWays(RelaydConfiguration configuration)
    {
        if (ConfigurationWire.Read(ConfigurationWire.Write(configuration)) != configuration)
        {
            return "the written configuration reads as another one";
        }

        string printed = _print(configuration);
        return Load(Encoding.Latin1.GetBytes(printed)).Configuration == configuration ? null : $"the printed configuration reads as another one: {printed}";
    }

    private static string PrintWithoutTimeouts(RelaydConfiguration configuration) =>
        ConfigurationText.Print(configuration).Replace(" timeout 7 ", " ", StringComparison.Ordinal);

    private static string Write(Token token) => token.Kind switch
    {
        TokenKind.Newline => "\n",
        TokenKind.Text => Quoting.Quote(token.Text) + " ",
        _ => token.Text + " ",
    };

    private static byte[] WithoutCarriageReturns(byte[] text) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(text).Replace("\r\n", "\n", StringComparison.Ordinal));

    private static LoadResult<RelaydConfiguration> Load(byte[] text) =>
        RelaydConfigurationLoader.Load("f", new Macros(), new SoleFile(text), new NoRelayTlsFiles(), LoadVerbosity.Verbose);
}
