using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>What only a server may say: errdocs, banner, connection, hsts, tcp, tls.</summary>
internal static class ConnectionGrammar
{
    private const string OfTheServer = "Write it in the server block; it holds for all locations.";

    /// <summary>Reads one option; false where another one comes next.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="server">Takes what is said.</param>
    /// <param name="location">The location around it, in which all of these are mistakes.</param>
    public static bool Read(TokenReader reader, ServerDraft server, LocationDraft? location)
    {
        switch (reader.Peek().Text)
        {
            case "errdocs":
                string directory = OptionGrammar.ErrorDocuments(reader);
                CheckPlace(reader, location, "errdocs");
                server.ErrorDocuments = directory;
                return true;
            case "banner":
                _ = reader.Take();
                CheckPlace(reader, location, "banner");
                server.Banner = true;
                return true;
            case "connection":
                _ = reader.Take();
                Lists.Read(reader, () => server.Limits = Connection(reader, server.Limits));
                CheckPlace(reader, location, "connection options");
                return true;
            case "hsts":
                _ = reader.Take();
                Hsts(reader, server);
                CheckPlace(reader, location, "hsts");
                return true;
            case "tcp":
                _ = reader.Take();
                Lists.Read(reader, () => server.Tcp = server.Tcp.Read(reader, Limits.Backlog));
                CheckPlace(reader, location, "tcp flags");
                return true;
            case "tls":
                _ = reader.Take();
                Lists.Read(reader, () => server.Tls = Tls(reader, server.Tls));
                CheckPlace(reader, location, "tls configuration");
                CheckListener(reader, server);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads what follows <c>no</c>; false where another option comes next.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="server">Takes what is said.</param>
    /// <param name="location">The location around it, in which all of these are mistakes.</param>
    public static bool ReadNo(TokenReader reader, ServerDraft server, LocationDraft? location)
    {
        if (reader.TakeKeyword("errdocs"))
        {
            CheckPlace(reader, location, "errdocs");
            server.ErrorDocuments = null;
            return true;
        }

        if (!reader.TakeKeyword("banner"))
        {
            return false;
        }

        CheckPlace(reader, location, "no banner");
        server.Banner = false;
        return true;
    }

    private static void CheckPlace(TokenReader reader, LocationDraft? location, string what)
    {
        if (location is not null)
        {
            reader.Error(what + " inside location", OfTheServer);
        }
    }

    private static void CheckListener(TokenReader reader, ServerDraft server)
    {
        if (!server.HasTls)
        {
            reader.Error("tls options without tls listener", "Write listen on ... tls port ... above it.");
        }
    }

    /// <summary>"timeout" number | "request" "timeout" number | "max" "requests" number | "max" "request" "body" number</summary>
    private static ConnectionLimits Connection(TokenReader reader, ConnectionLimits limits)
    {
        if (reader.TakeKeyword("timeout"))
        {
            return limits with { Timeout = Seconds(reader) };
        }

        if (reader.TakeKeyword("request"))
        {
            reader.ExpectKeyword("timeout");
            return limits with { RequestTimeout = Seconds(reader) };
        }

        if (!reader.TakeKeyword("max"))
        {
            reader.SyntaxError("connection takes: timeout, request timeout, max requests, max request body");
            return limits;
        }

        if (reader.TakeKeyword("requests"))
        {
            return limits with { MaxRequests = Limit(reader, "max requests") };
        }

        reader.ExpectKeyword("request");
        reader.ExpectKeyword("body");
        return limits with { MaxRequestBody = Limit(reader, "max request body") };
    }

    private static TimeSpan Seconds(TokenReader reader) =>
        TimeSpan.FromSeconds(Numbers.Read(reader, "A timeout in seconds", 0, int.MaxValue, "invalid timeout: {0}"));

    private static long? Limit(TokenReader reader, string what)
    {
        long number = reader.ExpectNumber(what);
        if (number < 0)
        {
            reader.Warning($"{what} {number} is taken for no limit", "Give a number from 0.");
        }

        return number < 0 ? null : number;
    }

    /// <summary>"hsts" [ list of "max-age" number | "subdomains" | "preload" ]</summary>
    private static void Hsts(TokenReader reader, ServerDraft server)
    {
        server.Hsts ??= new Hsts();
        Token next = reader.Peek();
        if (next.Kind == TokenKind.Newline || next.IsSymbol('}'))
        {
            return;
        }

        Lists.Read(reader, () =>
        {
            if (reader.TakeKeyword("max-age"))
            {
                long seconds = Numbers.Read(reader, "max-age", 0, int.MaxValue, "invalid number of seconds: {0}");
                server.Hsts = server.Hsts with { MaxAge = (int)seconds };
            }
            else if (reader.TakeKeyword("subdomains"))
            {
                server.Hsts = server.Hsts with { Subdomains = true };
            }
            else if (reader.TakeKeyword("preload"))
            {
                server.Hsts = server.Hsts with { Preload = true };
            }
            else
            {
                reader.SyntaxError("hsts takes: max-age, subdomains, preload");
            }
        });
    }

    private static ServerTls Tls(TokenReader reader, ServerTls tls)
    {
        Token option = reader.Peek();
        bool isOption = option.Text is "certificate" or "key" or "ocsp" or "ciphers" or "dhe" or "ecdhe" or "protocols" or "client" or "ticket" or "no";
        if (option.Kind != TokenKind.Keyword || !isOption)
        {
            reader.SyntaxError("tls takes: certificate, key, ocsp, ciphers, dhe, ecdhe, protocols, client ca, ticket lifetime, no ticket");
            return tls;
        }

        switch (reader.Take().Text)
        {
            case "certificate":
                return tls with { Certificate = reader.ExpectText("the path of a certificate") };
            case "key":
                return tls with { Key = reader.ExpectText("the path of a key") };
            case "ocsp":
                return tls with { Ocsp = reader.ExpectText("the path of a response") };
            case "ciphers":
                return tls with { Ciphers = TlsOptions.Ciphers(reader, Limits.TlsString, "ciphers too long") };
            case "dhe":
                return tls with { Dhe = Dhe(reader) };
            case "ecdhe":
                return tls with { Ecdhe = Strings.Read(reader, "a list of curves", Limits.TlsString, "ecdhe too long") };
            case "protocols":
                return tls with { Protocols = Protocols(reader) };
            case "client":
                return tls with { Client = Client(reader) };
            case "ticket":
                reader.ExpectKeyword("lifetime");
                return tls with { TicketLifetime = TicketLifetime(reader) };
            default:
                reader.ExpectKeyword("ticket");
                return tls with { TicketLifetime = TimeSpan.Zero };
        }
    }

    private static string Dhe(TokenReader reader)
    {
        string dhe = Strings.Read(reader, "none, auto or legacy", Limits.TlsString, "dhe too long");
        if (dhe is not ("none" or "auto" or "legacy"))
        {
            reader.Warning($"dhe {dhe} is none of none, auto, legacy");
        }
        else if (dhe is "legacy")
        {
            reader.Warning("dhe legacy means dhe auto", "Groups of 1024 bits are not offered.");
        }

        return dhe;
    }

    private static TlsProtocols Protocols(TokenReader reader)
    {
        string list = reader.ExpectText("a list of protocols");
        TlsProtocols? protocols = TlsOptions.Protocols(list);
        if (protocols is null)
        {
            reader.Error(reader.Previous, "invalid tls protocols", "A list such as \"tlsv1.2,tlsv1.3\"; also: all, default.");
        }

        return protocols ?? TlsProtocols.None;
    }

    /// <summary>"client" "ca" string { "crl" string | "optional" }</summary>
    private static ClientCertificates Client(TokenReader reader)
    {
        reader.ExpectKeyword("ca");
        ClientCertificates client = new(reader.ExpectText("the path of the authorities' certificates"));
        while (true)
        {
            if (reader.TakeKeyword("crl"))
            {
                client = client with { Revocations = reader.ExpectText("the path of revocation lists") };
            }
            else if (reader.TakeKeyword("optional"))
            {
                client = client with { Optional = true };
            }
            else
            {
                return client;
            }
        }
    }

    private static TimeSpan TicketLifetime(TokenReader reader)
    {
        if (reader.TakeKeyword("default"))
        {
            return TimeSpan.FromHours(2);
        }

        long seconds = reader.ExpectNumber("default or a number of seconds");
        const string Range = "0 for no tickets, or from 60 to 86400 seconds.";
        if (seconds is not 0 and < 60)
        {
            reader.Error(reader.Previous, "ticket lifetime too small", Range);
        }

        if (seconds > 86400)
        {
            reader.Error(reader.Previous, "ticket lifetime too large", Range);
        }

        return reader.Failed ? TimeSpan.Zero : TimeSpan.FromSeconds(seconds);
    }
}
