using System.Collections.Generic;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary><c>fastcgi</c> of httpd.conf(5).</summary>
internal static class FastCgiGrammar
{
    private const int DefaultPort = 9000;

    /// <summary>"fastcgi" [ list of options ]; options of several statements in a block add up.</summary>
    public static void Read(LoadState state, SettingsDraft settings)
    {
        TokenReader reader = state.Reader;
        FastCgi application = settings.FastCgi.Value ?? new FastCgi();
        Token next = reader.Peek();
        if (next.Kind != TokenKind.Newline && !next.IsSymbol('}'))
        {
            Lists.Read(reader, () => application = Option(state, application));
        }

        settings.FastCgi = Choice<FastCgi>.Of(application);
    }

    /// <summary>"socket" string | "socket" "tcp" string [ port ] | "param" string string | "strip" number | "script" string | "errdocs"</summary>
    private static FastCgi Option(LoadState state, FastCgi application)
    {
        TokenReader reader = state.Reader;
        if (reader.TakeKeyword("socket"))
        {
            return Socket(state, application);
        }

        if (reader.TakeKeyword("param"))
        {
            string name = Strings.Read(reader, "the name of a parameter", Limits.FastCgiParameter, "fastcgi_param name truncated");
            string value = Strings.Read(reader, "the value of a parameter", Limits.FastCgiParameter, "fastcgi_param value truncated");
            return application with { Parameters = [.. application.Parameters, new FastCgiParameter(name, value)] };
        }

        if (reader.TakeKeyword("strip"))
        {
            return application with { Strip = (int)Numbers.Read(reader, "strip", 0, int.MaxValue, "invalid fastcgi strip number") };
        }

        if (reader.Peek() is { Kind: TokenKind.Text, Text: "script" })
        {
            _ = reader.Take();
            return application with { Script = Strings.Read(reader, "the path of a script", Limits.Path, "script path too long") };
        }

        if (reader.TakeKeyword("errdocs"))
        {
            return application with { ErrorDocuments = true };
        }

        reader.SyntaxError("fastcgi takes: socket, socket tcp, param, strip, script, errdocs");
        return application;
    }

    private static FastCgi Socket(LoadState state, FastCgi application)
    {
        TokenReader reader = state.Reader;
        if (!reader.TakeKeyword("tcp"))
        {
            string path = Strings.Read(reader, "the path of a socket", Limits.SocketPath, "socket path too long");
            return application with { Socket = path, Host = null };
        }

        string host = reader.ExpectText("an address or a name");
        Position place = reader.Previous;
        int port = DefaultPort;
        if (reader.Peek().Kind is TokenKind.Number or TokenKind.Text)
        {
            port = Ports.Read(reader, state.Host);
        }

        if (reader.Failed)
        {
            return application;
        }

        IReadOnlyList<IPAddress> addresses = Addresses.Literal(host) is { } literal ? [literal] : state.Host.Resolve(host);
        if (addresses.Count == 0)
        {
            reader.Error(place, $"getaddrinfo: {host} is not known", "Write an address, or a name that resolves while httpd starts.");
            return application;
        }

        return application with { Socket = new FastCgi().Socket, Host = new IPEndPoint(addresses[0], port) };
    }
}
