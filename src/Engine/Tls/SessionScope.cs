using System;
using System.Buffers.Binary;
using System.IO;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>
/// The session id context: a session is resumed only where it is the same. A hash of the listener's name and of how it
/// verifies clients (D-42), each with its length before it, so that no two settings give the same bytes.
/// </summary>
internal static class SessionScope
{
    public static unsafe byte[] Of(TlsSettings settings)
    {
        using MemoryStream content = new();
        Append(content, settings.Listener.Span);
        if (settings.Clients is { } clients)
        {
            Append(content, clients.Authorities.Span);
            Append(content, clients.RevocationLists.Span);
            content.WriteByte((byte)clients.Demand);
        }

        byte[] scope = new byte[OpenSsl.SSL_MAX_SID_CTX_LENGTH];
        fixed (byte* start = content.GetBuffer())
        fixed (byte* digest = scope)
        {
            TlsLibrary.Check(OpenSsl.EVP_Digest(start, (nuint)content.Length, digest, size: null, OpenSsl.EVP_sha256(), 0), "EVP_Digest");
        }

        return scope;
    }

    private static void Append(MemoryStream content, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        content.Write(length);
        content.Write(part);
    }
}
