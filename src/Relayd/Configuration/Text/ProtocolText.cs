using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Text;

/// <summary>Protocols as text: what differs from the defaults, and rules in the order in which they act.</summary>
internal sealed class ProtocolText(RelaydConfiguration configuration)
{
    private readonly RuleText _rules = new(configuration);

    /// <summary>All of them, in order.</summary>
    public void Print(TextLines lines)
    {
        foreach (Protocol protocol in configuration.Protocols)
        {
            Print(lines, protocol);
        }
    }

    private void Print(TextLines lines, Protocol protocol)
    {
        List<string> options = [.. Options(protocol)];
        string type = protocol.Type switch
        {
            ProtocolType.Http => "http",
            ProtocolType.Dns => "dns",
            _ => "tcp",
        };
        string head = $"{type} protocol {Quoting.Quote(protocol.Name)}";
        string tls = string.Join(", ", Tls(protocol));
        if (tls.Length > 0)
        {
            lines.Add($"# {tls}");
        }

        // Only braces with nothing between them, not even a line end, may be empty.
        if (options.Count == 0)
        {
            lines.Add(head);
            return;
        }

        lines.Open(head);
        options.ForEach(lines.Add);
        lines.Close();
    }

    // What its relays speak, in the words that upstream logs (-vv).
    private IEnumerable<string> Tls(Protocol protocol)
    {
        Relay[] relays = [.. configuration.Relays.Where(relay => relay.ProtocolId == protocol.Id)];
        if (relays.Any(static relay => relay.Tls))
        {
            yield return "tls";
        }

        if (relays.Any(static relay => relay.Forward.Tls))
        {
            yield return "tls client";
        }
    }

    private IEnumerable<string> Options(Protocol protocol)
    {
        foreach (string option in Options(protocol.Tcp))
        {
            yield return "tcp " + option;
        }

        if (!protocol.Splice)
        {
            yield return "tcp no splice";
        }

        foreach (string option in Options(protocol.Tls))
        {
            yield return "tls " + option;
        }

        if (protocol.Http.HeaderLengthBytes != HttpOptions.Default.HeaderLengthBytes)
        {
            yield return $"http headerlen {protocol.Http.HeaderLengthBytes}";
        }

        if (protocol.Http.WebSockets)
        {
            yield return "http websockets";
        }

        if (protocol.Http.Reuse)
        {
            yield return "http reuse";
        }

        if (protocol.Http.Forwarded)
        {
            yield return "http forwarded";
        }

        if (protocol.Http.RequestIdField is { } field)
        {
            yield return $"http request id header {Quoting.Quote(field)}";
        }

        if (protocol.ErrorPage is { } page)
        {
            yield return "return error" + (page.Style is null ? "" : $" style {Quoting.Quote(page.Style)}");
        }

        if (protocol.Maintenance is { } time)
        {
            yield return $"return maintenance retry {(long)time.TotalSeconds}";
        }

        foreach (Rule rule in protocol.Rules.AsEnumerable())
        {
            for (int key = 0; key < rule.Count; key++)
            {
                yield return _rules.Print(rule.At(key));
            }
        }
    }

    private static IEnumerable<string> Options(TcpOptions tcp)
    {
        (Setting Setting, string Name)[] settings = [(tcp.NoDelay, "nodelay"), (tcp.Sack, "sack")];
        foreach ((Setting setting, string name) in settings)
        {
            if (setting != Setting.Unset)
            {
                yield return (setting == Setting.Off ? "no " : "") + name;
            }
        }

        (int? Number, string Name)[] numbers =
            [(tcp.Backlog, "backlog"), (tcp.SocketBuffer, "socket buffer"), (tcp.Ttl, "ip \"ttl\""), (tcp.MinTtl, "ip minttl")];
        foreach ((int? number, string name) in numbers)
        {
            if (number is not null)
            {
                yield return $"{name} {number}";
            }
        }
    }

    private static IEnumerable<string> Options(RelayTls tls)
    {
        RelayTls unset = RelayTls.Default;
        if (tls.Protocols == TlsProtocols.None)
        {
            // An old version that is not spoken counts for one.
            yield return "tlsv1.1";
        }

        if (!tls.Protocols.HasFlag(TlsProtocols.Tls12))
        {
            yield return "no tlsv1.2";
        }

        if (!tls.Protocols.HasFlag(TlsProtocols.Tls13))
        {
            yield return "no tlsv1.3";
        }

        (string? Value, string? Unset, string Name)[] texts =
        [
            (tls.Ciphers, unset.Ciphers, "ciphers"), (tls.Ecdhe, unset.Ecdhe, "ecdhe"), (tls.Edh, unset.Edh, "edh params"),
            (tls.CaCertificate, null, "ca cert"),
        ];
        foreach ((string? value, string? ofDefault, string name) in texts)
        {
            if (value is not null && !string.Equals(value, ofDefault, System.StringComparison.Ordinal))
            {
                yield return $"{name} {Quoting.Quote(value)}";
            }
        }

        (string? Path, string? Revocations, string Name)[] authorities = [(tls.CaFile, tls.CaRevocations, "ca file"), (tls.ClientCa, tls.ClientRevocations, "client ca")];
        foreach ((string? path, string? revocations, string name) in authorities)
        {
            if (path is not null)
            {
                yield return $"{name} {Quoting.Quote(path)}{(revocations is null ? "" : $" crl {Quoting.Quote(revocations)}")}";
            }
        }

        if (tls.CaKey is { } key)
        {
            yield return $"ca key {Quoting.Quote(key.Path)} password {Quoting.Quote(key.Password)}";
        }

        string tickets = tls.TicketFile is null ? "session tickets" : $"session tickets from {Quoting.Quote(tls.TicketFile)}";
        (bool IsChanged, string Words)[] flags =
            [(tls.InspectsInvalid, "inspect-invalid"), (!tls.CipherServerPreference, "no cipher-server-preference"), (tls.SessionTickets, tickets)];
        foreach (string option in flags.Where(static flag => flag.IsChanged).Select(static flag => flag.Words).Concat(Options(tls.Keypairs)))
        {
            yield return option;
        }
    }

    /// <summary>Lines for one name add up.</summary>
    private static IEnumerable<string> Options(Sequence<Keypair> keypairs)
    {
        for (int i = 0; i < keypairs.Count; i++)
        {
            Keypair keypair = keypairs[i];
            string name = $"keypair {Quoting.Quote(keypair.Name)}";
            yield return name;
            (string? Path, string Word)[] files = [(keypair.Certificate, "cert"), (keypair.Key, "key"), (keypair.Ocsp, "ocsp")];
            foreach ((string? path, string word) in files)
            {
                if (path is not null)
                {
                    yield return $"{name} {word} {Quoting.Quote(path)}";
                }
            }
        }
    }
}
