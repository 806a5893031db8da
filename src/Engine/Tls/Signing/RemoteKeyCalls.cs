using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls.Signing;

/// <summary>
/// What OpenSSL calls about a <see cref="RemoteKey"/>, provider-keymgmt(7). Whatever concerns the public half is answered
/// by the usual provider's key; the private half is never exported, for it is not here.
/// </summary>
/// <remarks>None of these calls throws: they hand on.</remarks>
internal static class RemoteKeyCalls
{
    // OpenSSL keeps pointers to texts and tables: they stay as long as the process.
    private static readonly nint _signatureOfEc = Marshal.StringToCoTaskMemUTF8("ECDSA");
    private static readonly nint _importTypes = ImportTypesTable();
    private static readonly nint _gettable = GettableTable();

    /// <summary>The parameter that a key is made of: the handle of a description.</summary>
    public static ReadOnlySpan<byte> DescriptionName => "sluice-key\0"u8;

    public static unsafe OpenSsl.OSSL_DISPATCH* Table(KeyKind kind)
    {
        delegate* unmanaged[Cdecl]<nint, nint> make = kind switch
        {
            KeyKind.Rsa => &NewRsa,
            KeyKind.Ecdsa => &NewEcdsa,
            _ => &NewEd25519,
        };
        delegate* unmanaged[Cdecl]<int, nint> operation = kind == KeyKind.Ecdsa ? &OperationOfEc : &OperationOfOthers;
        return SigningProvider.Table(
        [
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_NEW, make),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_FREE, (delegate* unmanaged[Cdecl]<nint, void>)&Free),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_GET_PARAMS, (delegate* unmanaged[Cdecl]<nint, OpenSsl.OSSL_PARAM*, int>)&Get),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_GETTABLE_PARAMS, (delegate* unmanaged[Cdecl]<nint, nint>)&Gettable),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_QUERY_OPERATION_NAME, operation),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_HAS, (delegate* unmanaged[Cdecl]<nint, int, int>)&Has),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_MATCH, (delegate* unmanaged[Cdecl]<nint, nint, int, int>)&Match),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_IMPORT, (delegate* unmanaged[Cdecl]<nint, int, OpenSsl.OSSL_PARAM*, int>)&Import),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_IMPORT_TYPES, (delegate* unmanaged[Cdecl]<int, nint>)&ImportTypes),
            SigningProvider.Entry(
                OpenSsl.OSSL_FUNC_KEYMGMT_EXPORT,
                (delegate* unmanaged[Cdecl]<nint, int, delegate* unmanaged[Cdecl]<OpenSsl.OSSL_PARAM*, nint, int>, nint, int>)&Export),
            SigningProvider.Entry(OpenSsl.OSSL_FUNC_KEYMGMT_EXPORT_TYPES, (delegate* unmanaged[Cdecl]<int, nint>)&ImportTypes),
        ]);
    }

    public static RemoteKey Key(nint handle) => (RemoteKey)GCHandle.FromIntPtr(handle).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint NewRsa(nint provider) => New(KeyKind.Rsa);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint NewEcdsa(nint provider) => New(KeyKind.Ecdsa);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint NewEd25519(nint provider) => New(KeyKind.Ed25519);

    private static nint New(KeyKind kind) => GCHandle.ToIntPtr(GCHandle.Alloc(new RemoteKey(kind)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint handle)
    {
        if (handle != 0)
        {
            OpenSsl.EVP_PKEY_free(Key(handle).Public);
            GCHandle.FromIntPtr(handle).Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Get(nint handle, OpenSsl.OSSL_PARAM* parameters) =>
        OpenSsl.EVP_PKEY_get_params(Key(handle).Public, parameters);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Gettable(nint provider) => _gettable;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OperationOfEc(int operation) => _signatureOfEc;

    // Named as the key.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OperationOfOthers(int operation) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Has(nint handle, int selection) => Key(handle).Public != 0 ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Match(nint one, nint other, int selection) =>
        OpenSsl.EVP_PKEY_eq(Key(one).Public, Key(other).Public) == 1 ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Import(nint handle, int selection, OpenSsl.OSSL_PARAM* parameters)
    {
        for (OpenSsl.OSSL_PARAM* parameter = parameters; parameter->key is not null; parameter++)
        {
            ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(parameter->key);
            if (name.SequenceEqual(DescriptionName[..^1]))
            {
                RemoteKey description = Key((nint)(*(ulong*)parameter->data));
                RemoteKey key = Key(handle);
                (key.Public, key.Signer, key.Id) = (description.Public, description.Signer, description.Id);
                return OpenSsl.EVP_PKEY_up_ref(key.Public);
            }
        }

        // A key of another provider, to be compared with one of this: it does that itself.
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ImportTypes(int selection) => _importTypes;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Export(
        nint handle, int selection, delegate* unmanaged[Cdecl]<OpenSsl.OSSL_PARAM*, nint, int> take, nint argument) =>
        (selection & OpenSsl.OSSL_KEYMGMT_SELECT_PRIVATE_KEY) != 0
            ? 0
            : OpenSsl.EVP_PKEY_export(Key(handle).Public, selection, take, argument);

    private static unsafe nint ImportTypesTable()
    {
        OpenSsl.OSSL_PARAM* table = (OpenSsl.OSSL_PARAM*)NativeMemory.AllocZeroed(2, (nuint)sizeof(OpenSsl.OSSL_PARAM));
        table[0] = Described("sluice-key", OpenSsl.OSSL_PARAM_UNSIGNED_INTEGER);
        return (nint)table;
    }

    // Names as of EVP_PKEY-RSA(7), EVP_PKEY-EC(7), EVP_PKEY-ED25519(7).
    private static unsafe nint GettableTable()
    {
        OpenSsl.OSSL_PARAM[] all =
        [
            Described("bits", OpenSsl.OSSL_PARAM_INTEGER),
            Described("security-bits", OpenSsl.OSSL_PARAM_INTEGER),
            Described("max-size", OpenSsl.OSSL_PARAM_INTEGER),
            Described("default-digest", OpenSsl.OSSL_PARAM_UTF8_STRING),
            Described("mandatory-digest", OpenSsl.OSSL_PARAM_UTF8_STRING),
            Described("group", OpenSsl.OSSL_PARAM_UTF8_STRING),
        ];
        OpenSsl.OSSL_PARAM* table =
            (OpenSsl.OSSL_PARAM*)NativeMemory.AllocZeroed((nuint)all.Length + 1, (nuint)sizeof(OpenSsl.OSSL_PARAM));
        all.CopyTo(new Span<OpenSsl.OSSL_PARAM>(table, all.Length));
        return (nint)table;
    }

    private static unsafe OpenSsl.OSSL_PARAM Described(string name, uint type) =>
        new() { key = (byte*)Marshal.StringToCoTaskMemUTF8(name), data_type = type };
}
