using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls.Signing;

/// <summary>
/// A provider of OpenSSL, provider(7), for keys that are elsewhere: it knows their public half, and asks an
/// <see cref="ISigner"/> for signatures. Signing is all that they can do (D-07).
/// </summary>
internal static class SigningProvider
{
    private const string Properties = "provider=sluice";

    // The tables live as long as the process: OpenSSL keeps pointers to them.
    private static nint _keyAlgorithms;
    private static nint _signatureAlgorithms;
    private static readonly Lazy<bool> _started = new(Load);

    /// <summary>A key for OpenSSL.</summary>
    /// <param name="publicKey">The certificate's: an EVP_PKEY, which stays the caller's.</param>
    /// <param name="signer">Who has the private half.</param>
    /// <param name="id">By what the signer knows it.</param>
    /// <returns>Null where the key is of another kind than this provider knows.</returns>
    public static unsafe KeyHandle? MakeKey(nint publicKey, ISigner signer, uint id)
    {
        _ = _started.Value;
        KeyKind kind = RemoteKey.KindOf(publicKey);
        if (kind == KeyKind.Unknown)
        {
            return null;
        }

        GCHandle handle = GCHandle.Alloc(new RemoteKey(kind) { Public = publicKey, Signer = signer, Id = id });
        ulong description = (ulong)GCHandle.ToIntPtr(handle);
        fixed (byte* name = RemoteKey.NameOf(kind))
        fixed (byte* properties = "provider=sluice\0"u8)
        fixed (byte* parameterName = RemoteKeyCalls.DescriptionName)
        {
            OpenSsl.OSSL_PARAM* parameters = stackalloc OpenSsl.OSSL_PARAM[2];
            parameters[0] = new()
            {
                key = parameterName,
                data_type = OpenSsl.OSSL_PARAM_UNSIGNED_INTEGER,
                data = &description,
                data_size = sizeof(ulong),
            };
            parameters[1] = default;
            using KeyContextHandle context = OpenSsl.EVP_PKEY_CTX_new_from_name(0, name, properties);
            TlsLibrary.Check(context.IsInvalid ? 0 : 1, "EVP_PKEY_CTX_new_from_name");
            TlsLibrary.Check(OpenSsl.EVP_PKEY_fromdata_init(context), "EVP_PKEY_fromdata_init");
            nint key;
            TlsLibrary.Check(
                OpenSsl.EVP_PKEY_fromdata(context, &key, OpenSsl.EVP_PKEY_KEYPAIR, parameters), "EVP_PKEY_fromdata");
            handle.Free();
            return new KeyHandle(key);
        }
    }

    /// <summary>A dispatch table of OpenSSL, which ends with zeros.</summary>
    public static unsafe OpenSsl.OSSL_DISPATCH* Table(ReadOnlySpan<OpenSsl.OSSL_DISPATCH> calls)
    {
        OpenSsl.OSSL_DISPATCH* table =
            (OpenSsl.OSSL_DISPATCH*)NativeMemory.AllocZeroed((nuint)calls.Length + 1, (nuint)sizeof(OpenSsl.OSSL_DISPATCH));
        calls.CopyTo(new Span<OpenSsl.OSSL_DISPATCH>(table, calls.Length));
        return table;
    }

    public static unsafe OpenSsl.OSSL_DISPATCH Entry(int id, void* function) => new() { function_id = id, function = function };

    private static unsafe bool Load()
    {
        TlsLibrary.Start();
        DefineTables();
        fixed (byte* name = "sluice\0"u8)
        fixed (byte* usual = "?provider=default\0"u8)
        {
            // All that does not ask for this provider by name goes to the usual one, such as public keys of clients.
            TlsLibrary.Check(OpenSsl.EVP_set_default_properties(0, usual), "EVP_set_default_properties");
            TlsLibrary.Check(OpenSsl.OSSL_PROVIDER_add_builtin(0, name, &Initialize), "OSSL_PROVIDER_add_builtin");
            TlsLibrary.Check(OpenSsl.OSSL_PROVIDER_load(0, name) != 0 ? 1 : 0, "OSSL_PROVIDER_load");
        }

        return true;
    }

    private static unsafe void DefineTables()
    {
        OpenSsl.OSSL_ALGORITHM* keys = (OpenSsl.OSSL_ALGORITHM*)NativeMemory.AllocZeroed(4, (nuint)sizeof(OpenSsl.OSSL_ALGORITHM));
        keys[0] = Algorithm("RSA:rsaEncryption:1.2.840.113549.1.1.1", RemoteKeyCalls.Table(KeyKind.Rsa));
        keys[1] = Algorithm("EC:id-ecPublicKey:1.2.840.10045.2.1", RemoteKeyCalls.Table(KeyKind.Ecdsa));
        keys[2] = Algorithm("ED25519:1.3.101.112", RemoteKeyCalls.Table(KeyKind.Ed25519));
        OpenSsl.OSSL_DISPATCH* signing = RemoteSignatureCalls.Table();
        OpenSsl.OSSL_ALGORITHM* signatures = (OpenSsl.OSSL_ALGORITHM*)NativeMemory.AllocZeroed(4, (nuint)sizeof(OpenSsl.OSSL_ALGORITHM));
        signatures[0] = Algorithm("RSA:rsaEncryption:1.2.840.113549.1.1.1", signing);
        signatures[1] = Algorithm("ECDSA", signing);
        signatures[2] = Algorithm("ED25519:1.3.101.112", signing);
        (_keyAlgorithms, _signatureAlgorithms) = ((nint)keys, (nint)signatures);
    }

    private static unsafe OpenSsl.OSSL_ALGORITHM Algorithm(string names, OpenSsl.OSSL_DISPATCH* calls) => new()
    {
        algorithm_names = (byte*)Marshal.StringToCoTaskMemUTF8(names),
        property_definition = (byte*)Marshal.StringToCoTaskMemUTF8(Properties),
        implementation = calls,
    };

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Initialize(
        nint handle, OpenSsl.OSSL_DISPATCH* offered, OpenSsl.OSSL_DISPATCH** calls, nint* context)
    {
        *calls = Table([Entry(
            OpenSsl.OSSL_FUNC_PROVIDER_QUERY_OPERATION, (delegate* unmanaged[Cdecl]<nint, int, int*, nint>)&Query)]);
        *context = handle;
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe nint Query(nint context, int operation, int* mustNotCache)
    {
        *mustNotCache = 0;
        return operation switch
        {
            OpenSsl.OSSL_OP_KEYMGMT => _keyAlgorithms,
            OpenSsl.OSSL_OP_SIGNATURE => _signatureAlgorithms,
            _ => 0,
        };
    }
}
