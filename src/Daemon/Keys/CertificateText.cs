using System;
using System.Collections.Generic;
using System.Text;

namespace Sluice.Daemon.Keys;

/// <summary>What is public in PEM text (RFC 7468), and nothing else of it: some operators have the private key in the same file, which no process that meets clients is to get.</summary>
public static class CertificateText
{
    private enum Kind
    {
        Certificate,
        RevocationList,
    }

    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "-----END "u8;

    /// <summary>The certificates, one character for each byte.</summary>
    /// <param name="pem">The content of a file.</param>
    public static string Certificates(ReadOnlySpan<byte> pem) => string.Concat(Blocks(pem));

    /// <summary>The lists of revoked certificates, as <see cref="Certificates"/>; an empty line where there are none, for a file without lists is not the same as no file.</summary>
    /// <param name="pem">The content of a file.</param>
    public static string RevocationLists(ReadOnlySpan<byte> pem) => Blocks(pem, Kind.RevocationList) is { Count: > 0 } lists ? string.Concat(lists) : "\n";

    /// <summary>The blocks of certificates, from line to line, in their order. One that is not ended ends where another block begins.</summary>
    /// <param name="pem">The content of a file.</param>
    public static IReadOnlyList<string> Blocks(ReadOnlySpan<byte> pem) => Blocks(pem, Kind.Certificate);

    private static List<string> Blocks(ReadOnlySpan<byte> pem, Kind kind)
    {
        List<string> blocks = [];
        int start = -1;
        int at = 0;
        while (at < pem.Length)
        {
            int length = pem[at..].IndexOf((byte)'\n');
            int next = length < 0 ? pem.Length : at + length + 1;
            ReadOnlySpan<byte> line = pem[at..next];
            if (line.StartsWith(Begin))
            {
                Add(blocks, pem, start, at);
                start = IsOf(kind, line[Begin.Length..]) ? at : -1;
            }
            else if (line.StartsWith(End))
            {
                Add(blocks, pem, start, next);
                start = -1;
            }

            at = next;
        }

        Add(blocks, pem, start, at);
        return blocks;
    }

    private static void Add(List<string> blocks, ReadOnlySpan<byte> pem, int start, int end)
    {
        if (start >= 0)
        {
            blocks.Add(Encoding.Latin1.GetString(pem[start..end]));
        }
    }

    // The last is how SSLeay wrote a certificate, and OpenSSL still reads it.
    private static bool IsOf(Kind kind, ReadOnlySpan<byte> label) => kind == Kind.RevocationList
        ? label.StartsWith("X509 CRL-----"u8)
        : label.StartsWith("CERTIFICATE-----"u8) || label.StartsWith("X509 CERTIFICATE-----"u8);
}
