using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>Gives OpenSSL the key for a session ticket (RFC 5077 4): AES-256 in CBC mode, and HMAC-SHA-256 over all of it.</summary>
internal static class TicketCipher
{
    private const int IvSize = 16;

    // What the manual of SSL_CTX_set_tlsext_ticket_key_evp_cb says to return.
    private const int NoTicket = 0;
    private const int Prepared = 1;
    private const int PreparedAndRenew = 2;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static unsafe int Prepare(nint ssl, byte* name, byte* iv, nint cipher, nint mac, int isNew)
    {
        TicketKeys? keys = TlsCallbacks.Of(ssl).Tickets;
        Span<byte> nameInTicket = new(name, TicketKey.NameSize);
        TicketKey? key = isNew != 0 ? keys?.Newest : keys?.Find(nameInTicket);
        if (key is null)
        {
            return NoTicket;
        }

        if (isNew != 0)
        {
            key.Name.CopyTo(nameInTicket);
            SystemRandom.Fill(new(iv, IvSize));
        }

        fixed (byte* cipherKey = key.Cipher)
        {
            int isSet = isNew != 0
                ? OpenSsl.EVP_EncryptInit_ex2(cipher, OpenSsl.EVP_aes_256_cbc(), cipherKey, iv, parameters: null)
                : OpenSsl.EVP_DecryptInit_ex2(cipher, OpenSsl.EVP_aes_256_cbc(), cipherKey, iv, parameters: null);
            if (isSet != 1 || !SetMac(mac, key.Mac))
            {
                return NoTicket;
            }
        }

        // TLS 1.3 clients use a ticket once (RFC 8446 C.4), so each gets another.
        return isNew == 0 && (key != keys!.Newest || OpenSsl.SSL_version(ssl) == OpenSsl.TLS1_3_VERSION)
            ? PreparedAndRenew
            : Prepared;
    }

    private static unsafe bool SetMac(nint mac, ReadOnlySpan<byte> key)
    {
        fixed (byte* keyName = "key\0"u8)
        fixed (byte* digestName = "digest\0"u8)
        fixed (byte* digest = "sha256\0"u8)
        fixed (byte* content = key)
        {
            OpenSsl.OSSL_PARAM* parameters = stackalloc OpenSsl.OSSL_PARAM[3];
            parameters[0] = new()
            {
                key = keyName,
                data_type = OpenSsl.OSSL_PARAM_OCTET_STRING,
                data = content,
                data_size = (nuint)key.Length,
            };
            parameters[1] = new()
            {
                key = digestName,
                data_type = OpenSsl.OSSL_PARAM_UTF8_STRING,
                data = digest,
                data_size = 6,
            };
            parameters[2] = default;
            return OpenSsl.EVP_MAC_CTX_set_params(mac, parameters) == 1;
        }
    }
}
