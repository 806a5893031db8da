using System;

namespace Sluice.Configuration.Grammar;

/// <summary>The versions of TLS that a listener speaks.</summary>
[Flags]
public enum TlsProtocols
{
    /// <summary>None is left.</summary>
    None = 0,

    /// <summary>RFC 5246.</summary>
    Tls12 = 1,

    /// <summary>RFC 8446.</summary>
    Tls13 = 2,
}

/// <summary>The values of <c>tls</c> options that both programs share.</summary>
public static class TlsOptions
{
    private const TlsProtocols All = TlsProtocols.Tls12 | TlsProtocols.Tls13;

    /// <summary>
    /// A list of protocols, separated by commas or colons, in which <c>!</c> takes one away; null where a word is unknown.
    /// </summary>
    /// <param name="list">As in <c>tls protocols</c>.</param>
    /// <remarks>TLS 1.0 and 1.1 are known words that add nothing: they are not spoken.</remarks>
    public static TlsProtocols? Protocols(string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        TlsProtocols protocols = TlsProtocols.None;
        foreach (string item in list.Split(',', ':'))
        {
            string word = item.TrimStart(' ', '\t');
            bool isNegative = word.StartsWith('!');
            if (One(isNegative ? word[1..] : word) is not { } one)
            {
                return null;
            }

            if (isNegative)
            {
                protocols = (protocols == TlsProtocols.None ? All : protocols) & ~one;
            }
            else
            {
                protocols |= one;
            }
        }

        return protocols;
    }

    /// <summary>Reads a named set or an OpenSSL list of ciphers; warns where OpenSSL has only something near to a name of LibreSSL's.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="longest">Length in bytes that is still accepted.</param>
    /// <param name="message">The message when it is longer.</param>
    public static string Ciphers(TokenReader reader, int longest, string message)
    {
        ArgumentNullException.ThrowIfNull(reader);
        string ciphers = Strings.Read(reader, "a list of ciphers", longest, message);
        if (ciphers is "compat" or "legacy" or "insecure" or "all")
        {
            reader.Warning($"ciphers {ciphers} is OpenSSL's nearest to that name", "Leave it out: what is chosen then suits all that is not many years old.");
        }

        return ciphers;
    }

    private static TlsProtocols? One(string word) => word.ToUpperInvariant() switch
    {
        "ALL" or "LEGACY" or "DEFAULT" or "SECURE" or "TLSV1" => All,
        "TLSV1.0" or "TLSV1.1" => TlsProtocols.None,
        "TLSV1.2" => TlsProtocols.Tls12,
        "TLSV1.3" => TlsProtocols.Tls13,
        _ => null,
    };
}
