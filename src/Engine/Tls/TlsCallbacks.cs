using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>What OpenSSL asks a <see cref="TlsContext"/> in the course of a handshake.</summary>
/// <remarks>None of these calls throws: they look things up and copy them.</remarks>
internal static class TlsCallbacks
{
    // Where a context has its handle; OpenSSL frees the handle with the SSL_CTX, when its last connection is gone.
    private static readonly int _index = DefineIndex();

    public static unsafe void Register(TlsContext context)
    {
        GCHandle handle = GCHandle.Alloc(context);
        TlsLibrary.Check(
            OpenSsl.SSL_CTX_set_ex_data(context.Handle, _index, GCHandle.ToIntPtr(handle)), "SSL_CTX_set_ex_data");
        OpenSsl.SSL_CTX_set_client_hello_cb(context.Handle, &ChooseServer, 0);
        _ = OpenSsl.SSL_CTX_callback_ctrl(
            context.Handle,
            OpenSsl.SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
            (nint)(delegate* unmanaged[Cdecl]<nint, int*, nint, int>)&AcknowledgeName);
        if (context.ApplicationProtocols.Length > 0)
        {
            OpenSsl.SSL_CTX_set_alpn_select_cb(context.Handle, &ChooseProtocol, 0);
        }

        if (!context.OcspResponse.IsEmpty)
        {
            _ = OpenSsl.SSL_CTX_callback_ctrl(
                context.Handle,
                OpenSsl.SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB,
                (nint)(delegate* unmanaged[Cdecl]<nint, nint, int>)&Staple);
        }

        if (context.Tickets is not null)
        {
            _ = OpenSsl.SSL_CTX_set_tlsext_ticket_key_evp_cb(context.Handle, &TicketCipher.Prepare);
        }
    }

    /// <summary>The context of a connection: that of the server which its client named.</summary>
    public static TlsContext Of(nint ssl) =>
        (TlsContext)GCHandle.FromIntPtr(OpenSsl.SSL_CTX_get_ex_data(OpenSsl.SSL_get_SSL_CTX(ssl), _index)).Target!;

    /// <summary>The name in a server_name extension (RFC 6066 3); empty where it is malformed, which OpenSSL answers.</summary>
    internal static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> extension)
    {
        const int HeadLength = 5;
        if (extension.Length < HeadLength
            || BinaryPrimitives.ReadUInt16BigEndian(extension) != extension.Length - 2
            || extension[2] != OpenSsl.TLSEXT_NAMETYPE_host_name)
        {
            return default;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(extension[3..]);
        return length == extension.Length - HeadLength ? extension[HeadLength..] : default;
    }

    private static unsafe int DefineIndex()
    {
        int index = OpenSsl.CRYPTO_get_ex_new_index(OpenSsl.CRYPTO_EX_INDEX_SSL_CTX, 0, 0, 0, 0, &FreeHandle);
        TlsLibrary.Check(index + 1, "CRYPTO_get_ex_new_index");
        return index;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void FreeHandle(nint parent, nint handle, nint extra, int index, nint number, nint argument)
    {
        if (handle != 0)
        {
            GCHandle.FromIntPtr(handle).Free();
        }
    }

    // Before anything else of the client's is read, so that its session is looked for in the right place.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int ChooseServer(nint ssl, int* alert, nint argument)
    {
        byte* extension;
        nuint length;
        ReadOnlySpan<byte> name = default;
        if (OpenSsl.SSL_client_hello_get0_ext(ssl, OpenSsl.TLSEXT_TYPE_server_name, &extension, &length) == 1)
        {
            name = NameIn(new(extension, (int)length));
        }

        TlsContext current = Of(ssl);
        if (current.Hello == HelloAnswer.Chosen)
        {
            switch (TlsBio.Transformer(OpenSsl.SSL_get_rbio(ssl)).Hear(name))
            {
                case TlsStep.Heard:
                    return OpenSsl.SSL_CLIENT_HELLO_RETRY;
                case TlsStep.Failed:
                    // RFC 8446 6.2: it is not the client's fault.
                    *alert = OpenSsl.SSL_AD_INTERNAL_ERROR;
                    return OpenSsl.SSL_CLIENT_HELLO_ERROR;
                default:
                    return OpenSsl.SSL_CLIENT_HELLO_SUCCESS;
            }
        }

        TlsContext? named = name.IsEmpty ? null : current.Find(name);
        if (named is not null && named != current && !named.Handle.IsClosed)
        {
            _ = OpenSsl.SSL_set_SSL_CTX(ssl, named.Handle);
        }

        return OpenSsl.SSL_CLIENT_HELLO_SUCCESS;
    }

    // RFC 6066 3: a server that was told a name says that it heard.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int AcknowledgeName(nint ssl, int* alert, nint argument) => OpenSsl.SSL_TLSEXT_ERR_OK;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int ChooseProtocol(
        nint ssl, byte** chosen, byte* chosenLength, byte* offered, uint offeredLength, nint argument)
    {
        ReadOnlySpan<byte> offers = new(offered, (int)offeredLength);
        foreach (byte[] protocol in Of(ssl).ApplicationProtocols)
        {
            int at = 0;
            while (at < offers.Length)
            {
                ReadOnlySpan<byte> offer = offers.Slice(at + 1, int.Min(offers[at], offers.Length - at - 1));
                if (offer.SequenceEqual(protocol))
                {
                    *chosen = offered + at + 1;
                    *chosenLength = (byte)protocol.Length;
                    return OpenSsl.SSL_TLSEXT_ERR_OK;
                }

                at += 1 + offer.Length;
            }
        }

        // RFC 7301 3.2: who speaks none of ours is told so.
        return OpenSsl.SSL_TLSEXT_ERR_ALERT_FATAL;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Staple(nint ssl, nint argument)
    {
        ReadOnlySpan<byte> response = Of(ssl).OcspResponse.Span;
        fixed (byte* start = response)
        {
            // OpenSSL frees its copy with the connection.
            void* copy = OpenSsl.CRYPTO_memdup(start, (nuint)response.Length, file: null, 0);
            _ = OpenSsl.SSL_ctrl(ssl, OpenSsl.SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, response.Length, copy);
        }

        return OpenSsl.SSL_TLSEXT_ERR_OK;
    }
}
