using System;
using System.Collections.Generic;
using System.Text;

namespace Sluice.Daemon.Keys;

/// <summary>The certificates in PEM text (RFC 7468) and nothing else of it: some operators have the private key in the same file.</summary>
internal static class CertificateText
{
    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "-----END "u8;

    /// <summary>Their blocks, from line to line, in their order. One that is not ended ends where another block begins.</summary>
    /// <param name="pem">The content of a file.</param>
    public static IReadOnlyList<string> Blocks(ReadOnlySpan<byte> pem)
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
                start = IsCertificate(line[Begin.Length..]) ? at : -1;
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

    // The second is how SSLeay wrote it, and OpenSSL still reads it.
    private static bool IsCertificate(ReadOnlySpan<byte> label) =>
        label.StartsWith("CERTIFICATE-----"u8) || label.StartsWith("X509 CERTIFICATE-----"u8);
}
