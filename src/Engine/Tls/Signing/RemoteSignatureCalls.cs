using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls.Signing;

/// <summary>What OpenSSL calls to sign with a <see cref="RemoteKey"/>, provider-signature(7): all at once, as TLS does.</summary>
internal static class RemoteSignatureCalls
{
    private static readonly nint _settable = SettableTable();

    public static unsafe OpenSsl.OSSL_DISPATCH* Table() => SigningProvider.Table(
    [
        SigningProvider.Entry(OpenSsl.OSSL_FUNC_SIGNATURE_NEWCTX, (delegate* unmanaged[Cdecl]<nint, byte*, nint>)&New),
        SigningProvider.Entry(OpenSsl.OSSL_FUNC_SIGNATURE_FREECTX, (delegate* unmanaged[Cdecl]<nint, void>)&Free),
        SigningProvider.Entry(
            OpenSsl.OSSL_FUNC_SIGNATURE_DIGEST_SIGN_INIT,
            (delegate* unmanaged[Cdecl]<nint, byte*, nint, OpenSsl.OSSL_PARAM*, int>)&Begin),
        SigningProvider.Entry(
            OpenSsl.OSSL_FUNC_SIGNATURE_DIGEST_SIGN,
            (delegate* unmanaged[Cdecl]<nint, byte*, nuint*, nuint, byte*, nuint, int>)&Sign),
        SigningProvider.Entry(
            OpenSsl.OSSL_FUNC_SIGNATURE_SET_CTX_PARAMS, (delegate* unmanaged[Cdecl]<nint, OpenSsl.OSSL_PARAM*, int>)&Set),
        SigningProvider.Entry(OpenSsl.OSSL_FUNC_SIGNATURE_SETTABLE_CTX_PARAMS, (delegate* unmanaged[Cdecl]<nint, nint, nint>)&Settable),
    ]);

    private static RemoteSignature Signature(nint handle) => (RemoteSignature)GCHandle.FromIntPtr(handle).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe nint New(nint provider, byte* properties) => GCHandle.ToIntPtr(GCHandle.Alloc(new RemoteSignature()));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint handle)
    {
        if (handle != 0)
        {
            GCHandle.FromIntPtr(handle).Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Begin(nint handle, byte* digest, nint key, OpenSsl.OSSL_PARAM* parameters)
    {
        RemoteSignature signature = Signature(handle);
        signature.Key = key != 0 ? RemoteKeyCalls.Key(key) : signature.Key;
        signature.Hash = digest is null ? signature.Hash : RemoteSignature.HashOf(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(digest));
        return Apply(signature, parameters);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception may pass through native code.")]
    private static unsafe int Sign(nint handle, byte* output, nuint* length, nuint size, byte* content, nuint contentLength)
    {
        try
        {
            RemoteSignature signature = Signature(handle);
            if (signature.Key is not { Signer: { } signer } key)
            {
                return 0;
            }

            int longest = OpenSsl.EVP_PKEY_get_size(key.Public);
            if (output is null)
            {
                *length = (nuint)longest;
                return 1;
            }

            SigningResult result = signer.Sign(
                signature.Scheme,
                key.Id,
                new(content, checked((int)contentLength)),
                new(output, (int)nuint.Min(size, (nuint)longest)),
                out int signed);
            *length = (nuint)signed;
            return result == SigningResult.Done ? 1 : 0;
        }
        catch (Exception)
        {
            // This handshake fails; the signer that is at fault has said so where it was called.
            return 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Set(nint handle, OpenSsl.OSSL_PARAM* parameters) => Apply(Signature(handle), parameters);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Settable(nint handle, nint provider) => _settable;

    // The salt is as long as the digest: TLS knows no other (RFC 8446 4.2.3), so it is not looked at.
    private static unsafe int Apply(RemoteSignature signature, OpenSsl.OSSL_PARAM* parameters)
    {
        for (OpenSsl.OSSL_PARAM* parameter = parameters; parameter is not null && parameter->key is not null; parameter++)
        {
            ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(parameter->key);
            if (name.SequenceEqual("digest"u8) && parameter->data_type == OpenSsl.OSSL_PARAM_UTF8_STRING)
            {
                signature.Hash = RemoteSignature.HashOf(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)parameter->data));
            }
            else if (name.SequenceEqual("pad-mode"u8))
            {
                if (parameter->data_type != OpenSsl.OSSL_PARAM_INTEGER || parameter->data_size != sizeof(int))
                {
                    return 0;
                }

                int padding = *(int*)parameter->data;
                if (padding is not (OpenSsl.RSA_PKCS1_PADDING or OpenSsl.RSA_PKCS1_PSS_PADDING))
                {
                    return 0;
                }

                signature.IsPss = padding == OpenSsl.RSA_PKCS1_PSS_PADDING;
            }
        }

        return 1;
    }

    private static unsafe nint SettableTable()
    {
        (string Name, uint Type)[] all =
        [
            ("digest", OpenSsl.OSSL_PARAM_UTF8_STRING),
            ("pad-mode", OpenSsl.OSSL_PARAM_INTEGER),
            ("saltlen", OpenSsl.OSSL_PARAM_UTF8_STRING),
        ];
        OpenSsl.OSSL_PARAM* table =
            (OpenSsl.OSSL_PARAM*)NativeMemory.AllocZeroed((nuint)all.Length + 1, (nuint)sizeof(OpenSsl.OSSL_PARAM));
        for (int i = 0; i < all.Length; i++)
        {
            table[i] = new() { key = (byte*)Marshal.StringToCoTaskMemUTF8(all[i].Name), data_type = all[i].Type };
        }

        return (nint)table;
    }
}
