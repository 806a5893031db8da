using System;
using System.Globalization;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>
/// A configuration as text again, macros, includes, names and interfaces resolved (<c>-n -v</c>). Reading the text gives
/// an equal configuration. Its characters are one byte each, as everywhere: write <see cref="Bytes.Of"/> of it.
/// </summary>
internal static class ConfigurationText
{
    public static string Print(HttpdConfiguration configuration)
    {
        TextLines lines = new();
        lines.Add($"prefork {configuration.Prefork}");
        lines.Add("chroot ", configuration.Chroot);
        lines.Add("logdir ", configuration.LogDirectory);
        if (configuration.ErrorDocuments is not null)
        {
            lines.Add("errdocs ", configuration.ErrorDocuments);
        }

        if (!configuration.Banner)
        {
            lines.Add("no banner");
        }

        lines.Add("default type " + Media(configuration.DefaultType));
        if (configuration.TrustedProxies.Count > 0)
        {
            lines.Add("trusted-proxies { " + TextLines.Join(configuration.TrustedProxies, Networks.Print, ", ") + " }");
        }

        lines.Open("types");
        foreach (MediaTypeLine line in configuration.MediaTypes)
        {
            string cache = line.CacheControl is null ? "" : $" {{ cache {Quoting.Quote(line.CacheControl)} }}";
            lines.Add($"{Media(line.Type)}{cache} {Quoting.Quote(line.Extension)}");
        }

        lines.Close();
        foreach (Server server in configuration.Servers)
        {
            Print(lines, server, configuration);
        }

        return lines.ToString();
    }

    private static void Print(TextLines lines, Server server, HttpdConfiguration around)
    {
        lines.Open($"server {Name(server.Name)}");
        foreach (ListenAddress listen in server.Listens)
        {
            // A number must be positive; as a string zero is accepted.
            string port = listen.EndPoint.Port == 0 ? "\"0\"" : listen.EndPoint.Port.ToString(CultureInfo.InvariantCulture);
            lines.Add($"listen on \"{listen.EndPoint.Address}\"{(listen.Tls ? " tls" : "")} port {port}{(listen.ProxyProtocol ? " proxy-protocol" : "")}");
        }

        foreach (ServerName alias in server.Aliases)
        {
            lines.Add($"alias {Name(alias)}");
        }

        if (!string.Equals(server.ErrorDocuments, around.ErrorDocuments, StringComparison.Ordinal))
        {
            lines.Add(server.ErrorDocuments is null ? "no errdocs" : $"errdocs {Quoting.Quote(server.ErrorDocuments)}");
        }

        if (server.Banner != around.Banner)
        {
            lines.Add(server.Banner ? "banner" : "no banner");
        }

        Print(lines, server.Limits);
        Print(lines, server.Tcp);
        if (server.Hsts is { } hsts)
        {
            lines.Add($"hsts {{ max-age {hsts.MaxAge}{(hsts.Subdomains ? ", subdomains" : "")}{(hsts.Preload ? ", preload" : "")} }}");
        }

        if (server.Tls is { } tls)
        {
            Print(lines, tls);
        }

        SettingsText.Print(lines, server.Settings, new Settings { DefaultType = around.DefaultType });
        foreach (Location location in server.Locations)
        {
            Print(lines, location, server.Settings);
        }

        lines.Close();
    }

    private static void Print(TextLines lines, Location location, Settings around)
    {
        string existence = location.Existence switch
        {
            Existence.Found => "found ",
            Existence.NotFound => "not found ",
            _ => "",
        };
        string from = location.From is not { } filter ? ""
            : (filter.Not ? " not from " : " from ") + TextLines.Join(filter.Networks, Networks.Print, " ");
        lines.Open($"location {existence}{Name(new ServerName(location.Path, location.Kind))}{from}");

        // A block must not be empty.
        lines.Add("root ", location.Settings.Root);
        SettingsText.Print(lines, location.Settings, around with { Root = location.Settings.Root });
        lines.Close();
    }

    private static void Print(TextLines lines, ConnectionLimits limits)
    {
        ConnectionLimits unset = ConnectionLimits.Default;
        if (limits.Timeout != unset.Timeout)
        {
            lines.Add($"connection timeout {Seconds(limits.Timeout)}");
        }

        if (limits.RequestTimeout != unset.RequestTimeout)
        {
            lines.Add($"connection request timeout {Seconds(limits.RequestTimeout)}");
        }

        if (limits.MaxRequests != unset.MaxRequests)
        {
            lines.Add($"connection max requests {limits.MaxRequests ?? -1}");
        }

        if (limits.MaxRequestBody != unset.MaxRequestBody)
        {
            lines.Add($"connection max request body {limits.MaxRequestBody ?? -1}");
        }
    }

    private static void Print(TextLines lines, TcpOptions tcp)
    {
        AddSetting(lines, tcp.NoDelay, "nodelay");
        AddSetting(lines, tcp.Sack, "sack");
        AddNumber(lines, "tcp backlog", tcp.Backlog);
        AddNumber(lines, "tcp socket buffer", tcp.SocketBuffer);
        AddNumber(lines, "tcp ip ttl", tcp.Ttl);
        AddNumber(lines, "tcp ip minttl", tcp.MinTtl);
    }

    private static void AddSetting(TextLines lines, Setting setting, string name)
    {
        if (setting != Setting.Unset)
        {
            lines.Add($"tcp {(setting == Setting.Off ? "no " : "")}{name}");
        }
    }

    private static void AddNumber(TextLines lines, string name, int? number)
    {
        if (number is not null)
        {
            lines.Add($"{name} {number}");
        }
    }

    private static void Print(TextLines lines, ServerTls tls)
    {
        lines.Add("tls certificate ", tls.Certificate);
        lines.Add("tls key ", tls.Key);
        if (tls.Ocsp is not null)
        {
            lines.Add("tls ocsp ", tls.Ocsp);
        }

        lines.Add("tls ciphers ", tls.Ciphers);
        lines.Add("tls dhe ", tls.Dhe);
        lines.Add("tls ecdhe ", tls.Ecdhe);
        lines.Add("tls protocols ", tls.Protocols switch
        {
            TlsProtocols.Tls12 => "tlsv1.2",
            TlsProtocols.Tls13 => "tlsv1.3",
            _ => "tlsv1.2,tlsv1.3",
        });
        if (tls.Client is { } client)
        {
            string revocations = client.Revocations is null ? "" : $" crl {Quoting.Quote(client.Revocations)}";
            lines.Add($"tls client ca {Quoting.Quote(client.Authorities)}{revocations}{(client.Optional ? " optional" : "")}");
        }

        lines.Add($"tls ticket lifetime {Seconds(tls.TicketLifetime)}");
    }

    private static string Name(ServerName name) => (name.Kind == NameKind.Pattern ? "match " : "") + Quoting.Quote(name.Text);

    internal static string Media(MediaType type) => $"{Quoting.Quote(type.Type)}/{Quoting.Quote(type.Subtype)}";

    internal static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
