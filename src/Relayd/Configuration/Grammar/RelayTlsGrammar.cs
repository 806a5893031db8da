using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>The <c>tls</c> options of a protocol as they are read.</summary>
internal sealed class RelayTlsDraft
{
    public RelayTls Options { get; set; } = RelayTls.Default;

    /// <summary>Versions that are asked for and not spoken any more; they only count as being some version (R-TLS-02).</summary>
    public HashSet<string> Obsolete { get; } = new(StringComparer.Ordinal);

    public bool HasVersion => Options.Protocols != TlsProtocols.None || Obsolete.Count > 0;
}

/// <summary><c>tls</c> of protocols (R-TLS-02 to -10, R-TLS-21, R-TLS-31).</summary>
internal static class RelayTlsGrammar
{
    private const TlsProtocols All = TlsProtocols.Tls12 | TlsProtocols.Tls13;

    private const string Known =
        "tls takes: ciphers, ecdhe, edh, ca file, ca cert, ca key, client ca, keypair, session tickets, and versions such as tlsv1.2, with or without no";

    private static readonly string[] _curves =
    [
        "X25519", "X448", "P-256", "P-384", "P-521", "prime256v1", "secp256r1", "secp384r1", "secp521r1", "brainpoolP256r1",
        "brainpoolP384r1", "brainpoolP512r1", "X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024",
    ];

    /// <summary>Reads one option.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="tls">Takes what is said.</param>
    public static void Read(TokenReader reader, RelayTlsDraft tls)
    {
        if (reader.TakeKeyword("no"))
        {
            ReadNo(reader, tls);
        }
        else if (reader.Peek().Kind == TokenKind.Text)
        {
            Flag(reader, tls, Setting.On);
        }
        else
        {
            tls.Options = Option(reader, tls.Options);
        }
    }

    /// <summary>"edh" | "session" "tickets" | flag, behind "no"</summary>
    private static void ReadNo(TokenReader reader, RelayTlsDraft tls)
    {
        if (reader.TakeKeyword("edh"))
        {
            tls.Options = tls.Options with { Edh = "none" };
        }
        else if (reader.TakeKeyword("session"))
        {
            reader.ExpectKeyword("tickets");
            tls.Options = tls.Options with { SessionTickets = false, TicketFile = null };
        }
        else
        {
            Flag(reader, tls, Setting.Off);
        }
    }

    private static RelayTls Option(TokenReader reader, RelayTls tls)
    {
        switch (reader.Peek().Text)
        {
            case "ciphers":
                _ = reader.Take();
                return tls with { Ciphers = TlsOptions.Ciphers(reader, Limits.Ciphers, "tlsciphers truncated") };
            case "ecdhe":
                _ = reader.Take();
                return tls with { Ecdhe = Ecdhe(reader) };
            case "edh":
                _ = reader.Take();
                return tls with { Edh = Edh(reader) };
            case "ca":
                _ = reader.Take();
                return Authority(reader, tls);
            case "client":
                _ = reader.Take();
                reader.ExpectKeyword("ca");
                return tls with
                {
                    ClientCa = Strings.Read(reader, "the path of the authorities' certificates", Limits.Path, "tlsclientca truncated"),
                    ClientRevocations = RevocationLists(reader),
                };
            case "keypair":
                _ = reader.Take();
                return Keypair(reader, tls);
            case "session":
                _ = reader.Take();
                return Session(reader, tls);
            default:
                reader.SyntaxError(Known);
                return tls;
        }
    }

    /// <summary>"tickets" [ "from" string ], behind "session"</summary>
    private static RelayTls Session(TokenReader reader, RelayTls tls)
    {
        if (!reader.TakeKeyword("tickets"))
        {
            reader.SyntaxError(OldSyntax.OfTls(reader.Peek().Text) ?? "Here belongs: tickets");
        }

        return tls with
        {
            SessionTickets = true,
            TicketFile = reader.TakeKeyword("from") ? Strings.Read(reader, "the path of a secret", Limits.Path, "tls session tickets path truncated") : null,
        };
    }

    private static string Ecdhe(TokenReader reader)
    {
        string list = Strings.Read(reader, "a list of curves", Limits.TlsString, "tls ecdhe curves truncated");
        if (reader.Failed || list is "default")
        {
            return list;
        }

        foreach (string item in list.Split(',', ':'))
        {
            if (!Array.Exists(_curves, curve => string.Equals(curve, item.Trim(), StringComparison.Ordinal)))
            {
                reader.Error(reader.Previous, $"tls ecdhe {list}: invalid ecdhe curve '{item}'", $"Curves are: default, {string.Join(", ", _curves)}");
            }
        }

        return list;
    }

    /// <summary>[ "params" string ], behind "edh"</summary>
    private static string Edh(TokenReader reader)
    {
        if (!reader.TakeKeyword("params"))
        {
            return "auto";
        }

        string parameters = Strings.Read(reader, "none, auto or legacy", Limits.TlsString, "tls edh params truncated");
        if (parameters is not ("none" or "auto" or "legacy"))
        {
            reader.Error(reader.Previous, $"tls edh params {parameters}: invalid dhe param '{parameters}'", "They are none, auto or legacy.");
        }
        else if (parameters is "legacy")
        {
            reader.Warning("edh params legacy means edh params auto", "Groups of 1024 bits are not offered.");
        }

        return parameters;
    }

    /// <summary>"file" string [ "crl" string ] | "cert" string | "key" string "password" string, behind "ca"</summary>
    private static RelayTls Authority(TokenReader reader, RelayTls tls)
    {
        if (reader.TakeKeyword("file"))
        {
            return tls with
            {
                CaFile = Strings.Read(reader, "the path of the authorities' certificates", Limits.Path, "tlsca truncated"),
                CaRevocations = RevocationLists(reader),
            };
        }

        if (reader.TakeKeyword("cert"))
        {
            return tls with { CaCertificate = Strings.Read(reader, "the path of a certificate", Limits.Path, "tlscacert truncated") };
        }

        if (!reader.TakeKeyword("key"))
        {
            reader.SyntaxError("ca takes: file \"path\", cert \"path\", key \"path\" password \"text\"");
            return tls;
        }

        string path = Strings.Read(reader, "the path of a key", Limits.Path, "tlscakey truncated");
        reader.ExpectKeyword("password");
        return tls with { CaKey = new CaKey(path, reader.ExpectText("a password, which may be \"\"")) };
    }

    /// <summary>[ "crl" string ]</summary>
    private static string? RevocationLists(TokenReader reader) =>
        reader.TakeWord("crl") ? Strings.Read(reader, "the path of revocation lists", Limits.Path, "crl path too long") : null;

    /// <summary>string [ "cert" string | "key" string | "ocsp" string ]; lines for one name add up.</summary>
    private static RelayTls Keypair(TokenReader reader, RelayTls tls)
    {
        string name = Strings.Read(reader, "the name of a certificate", Limits.Path, "keypair name too long");
        List<Keypair> all = [];
        foreach (Keypair known in tls.Keypairs)
        {
            all.Add(known);
        }

        int index = all.FindIndex(known => string.Equals(known.Name, name, StringComparison.Ordinal));
        Keypair keypair = index < 0 ? new Keypair(name) : all[index];
        if (reader.TakeKeyword("cert"))
        {
            keypair = keypair with { Certificate = AbsolutePath(reader, "the path of a certificate", "keypair cert too long") };
        }
        else if (reader.TakeKeyword("key"))
        {
            keypair = keypair with { Key = AbsolutePath(reader, "the path of a key", "keypair certificate key too long") };
        }
        else if (reader.TakeWord("ocsp"))
        {
            keypair = keypair with { Ocsp = AbsolutePath(reader, "the path of a response", "keypair ocsp too long") };
        }

        if (index < 0)
        {
            all.Add(keypair);
        }
        else
        {
            all[index] = keypair;
        }

        return tls with { Keypairs = [.. all] };
    }

    // The daemon leaves the directory in which it was started.
    private static string AbsolutePath(TokenReader reader, string what, string message)
    {
        string path = Strings.Read(reader, what, Limits.Path, message);
        if (!reader.Failed && !path.StartsWith('/'))
        {
            reader.Error(reader.Previous, $"{what} must be absolute: {path}", "Write it from / on.");
        }

        return path;
    }

    private static void Flag(TokenReader reader, RelayTlsDraft tls, Setting setting)
    {
        string flag = reader.ExpectText("a version of TLS");
        switch (flag)
        {
            case "sslv3" or "tlsv1.0" or "tlsv1.1" when setting == Setting.On:
                _ = tls.Obsolete.Add(flag);
                break;
            case "sslv3" or "tlsv1.0" or "tlsv1.1":
                _ = tls.Obsolete.Remove(flag);
                break;
            case "tlsv1":
                SetVersions(tls, All, setting);
                break;
            case "tlsv1.2":
                SetVersions(tls, TlsProtocols.Tls12, setting);
                break;
            case "tlsv1.3":
                SetVersions(tls, TlsProtocols.Tls13, setting);
                break;
            case "cipher-server-preference":
                tls.Options = tls.Options with { CipherServerPreference = setting == Setting.On };
                break;
            case "inspect-invalid":
                tls.Options = tls.Options with { InspectsInvalid = setting == Setting.On };
                break;
            case "client-renegotiation":
                // It is never allowed, whatever is written (R-TLS-07).
                break;
            default:
                reader.Error(reader.Previous, $"invalid TLS flag: {flag}", Known);
                break;
        }
    }

    private static void SetVersions(RelayTlsDraft tls, TlsProtocols versions, Setting setting)
    {
        TlsProtocols known = tls.Options.Protocols;
        tls.Options = tls.Options with { Protocols = setting == Setting.On ? known | versions : known & ~versions };
    }
}
