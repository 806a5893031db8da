using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Httpd.Configuration;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// httpd.conf: its tokens are those of a slow lexer written from the rules; what is accepted prints as text, and is
/// written as bytes, that read as an equal configuration.
/// </summary>
internal sealed class ConfigurationTarget : FuzzTarget
{
    private static readonly string[] _fragments =
    [
        "server ", "\"a\" ", "'b c' ", "{\n", "}\n", "\n", " ", "\t", "listen on * port 80\n", "listen on ::1 port 8080\n",
        "location ", "\"/x\" ", "match ", "not found ", "root \"/r\"\n", "block\n", "block drop\n", "block return 301 \"/$QUERY_STRING\"\n",
        "no log\n", "log style combined\n", "log json\n", "pass\n", "directory no index\n", "directory auto index\n",
        "directory index { \"a\", 'b' }\n", "fastcgi\n", "fastcgi { param A \"b\\\" c\", strip 1 }\n", "no fastcgi\n",
        "authenticate \"q\\\"\" with \"/p\"\n", "no authenticate\n", "request strip 2\n", "request rewrite \"/y\\ z\"\n",
        "header set A \"1\" always\n", "header remove \"A\"\n", "hsts\n", "connection timeout 5\n", "tcp { nodelay, backlog 7 }\n",
        "alias c\n", "alias { \"{1..3}.d\", e\\\\ }\n", "errdocs \"/e\"\n", "no errdocs\n", "no banner\n", "banner\n", "prefork 2\n",
        "types { text/html html\n", "x-a/b { cache \"c\" } 7 q\n", "default type a/b\n", "m = \"root '/m'\"\n", "$m\n", "$n",
        "# comment \\\n", "\\\n", "\\", "\"", "'", "\\\"", "80", "-1", "80a", "-", ",", ";", "/", "=", "\r", "\0", "\u00e9", "e8\\\\",
    ];

    private readonly Func<HttpdConfiguration, string> _print;
    private readonly Func<byte[], byte[]> _read;

    public ConfigurationTarget()
        : this(ConfigurationText.Print, text => text)
    {
    }

    private ConfigurationTarget(Func<HttpdConfiguration, string> print, Func<byte[], byte[]> read)
    {
        _print = print;
        _read = read;
    }

    public override string Name => "configuration";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("forgets no log when printing", new ConfigurationTarget(configuration => ConfigurationText.Print(configuration).Replace("\tno log\n", "", StringComparison.Ordinal), text => text)),
        new("takes CR LF for the end of a line", new ConfigurationTarget(ConfigurationText.Print, WithoutCarriageReturns)),
    ];

    public override byte[] Generate(Random random)
    {
        StringBuilder text = new();
        bool isNearlyValid = random.Next(4) != 0;
        if (isNearlyValid)
        {
            text.Append("server \"s\" {\nlisten on 127.0.0.1 port 80\n");
        }

        for (int i = random.Next(isNearlyValid ? 6 : 40); i > 0; i--)
        {
            text.Append(_fragments[random.Next(_fragments.Length)]);
        }

        return Encoding.Latin1.GetBytes(text.Append(isNearlyValid ? "}\n" : "").ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[] text = input.ToArray();
        string expected = SlowLexer.Cut(Encoding.Latin1.GetString(text), HttpdKeywords.All);
        string tokens = SlowLexer.Read(_read(text), HttpdKeywords.All);
        if (!string.Equals(expected, tokens, StringComparison.Ordinal))
        {
            return $"the tokens are {tokens} and should be {expected}";
        }

        LoadResult<HttpdConfiguration> result = Load(text);
        if (result.Configuration is not { } configuration)
        {
            return result.Diagnostics.Errors > 0 ? null : "refused without a message";
        }

        if (ConfigurationWire.Read(ConfigurationWire.Write(configuration)) != configuration)
        {
            return "the written configuration reads as another one";
        }

        string printed = _print(configuration);
        LoadResult<HttpdConfiguration> again = Load(Encoding.Latin1.GetBytes(printed));
        return again.Configuration == configuration ? null : $"the printed configuration reads as another one: {printed}";
    }

    private static byte[] WithoutCarriageReturns(byte[] text) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(text).Replace("\r\n", "\n", StringComparison.Ordinal));

    private static LoadResult<HttpdConfiguration> Load(byte[] text) => HttpdConfigurationLoader.Load("f", new Macros(), new SoleFile(text), new NoTlsFiles(), LoadVerbosity.Verbose);

    private sealed class NoTlsFiles : ITlsFiles
    {
        public TlsIdentity? Identify(string server, ServerTls tls, out PairFault fault)
        {
            fault = new PairFault(PairFaultKind.Missing, "there is none");
            return null;
        }

        public string? FindFault(ServerTls tls) => null;
    }
}
