using System;
using System.Runtime.InteropServices;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>What two ends agreed on, and who the other one is; read once, and valid when the connection is gone.</summary>
public sealed record TlsFacts
{
    private const int LongestSubject = 4096;

    private TlsFacts()
    {
    }

    /// <summary>Such as <c>TLSv1.3</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>The cipher suite, in OpenSSL's words.</summary>
    public required string Cipher { get; init; }

    /// <summary>Whom the client asked for (RFC 6066 3), as it wrote it; empty if it did not say.</summary>
    public required string ServerName { get; init; }

    /// <summary>The protocol that was chosen (RFC 7301); empty if none was.</summary>
    public required string ApplicationProtocol { get; init; }

    /// <summary>An earlier session was resumed, by its ticket.</summary>
    public required bool IsResumed { get; init; }

    /// <summary>
    /// Whom the client's certificate names, as <c>/C=…/CN=…</c> with whatever is not printable as <c>\xHH</c>; empty without
    /// one. A certificate that does not verify ends the handshake, so it is verified.
    /// </summary>
    public required ReadOnlyMemory<byte> ClientSubject { get; init; }

    internal static unsafe TlsFacts Read(nint ssl)
    {
        byte* protocol;
        uint protocolLength;
        OpenSsl.SSL_get0_alpn_selected(ssl, &protocol, &protocolLength);
        return new TlsFacts
        {
            Protocol = Text(OpenSsl.SSL_get_version(ssl)),
            Cipher = Text(OpenSsl.SSL_CIPHER_get_name(OpenSsl.SSL_get_current_cipher(ssl))),
            ServerName = Text(OpenSsl.SSL_get_servername(ssl, OpenSsl.TLSEXT_NAMETYPE_host_name)),
            ApplicationProtocol = protocolLength == 0 ? "" : Encoding.Latin1.GetString(protocol, (int)protocolLength),
            IsResumed = OpenSsl.SSL_session_reused(ssl) != 0,
            ClientSubject = Subject(OpenSsl.SSL_get0_peer_certificate(ssl)),
        };
    }

    private static unsafe string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private static unsafe ReadOnlyMemory<byte> Subject(nint certificate)
    {
        if (certificate == 0)
        {
            return default;
        }

        byte* text = stackalloc byte[LongestSubject];
        _ = OpenSsl.X509_NAME_oneline(OpenSsl.X509_get_subject_name(certificate), text, LongestSubject);
        return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text).ToArray();
    }
}
