using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>
/// OpenSSL's view of an <see cref="ICiphertext"/>. It reads into OpenSSL's own buffer and keeps none, so an idle
/// connection has none either; BIO_s_mem would keep as much as ever passed through it.
/// </summary>
internal static class TlsBio
{
    private static readonly nint _method = Define();

    /// <summary>A BIO for one transformer, whose handle it keeps; whoever frees it, by SSL_free, frees the handle afterwards.</summary>
    public static nint Create(GCHandle transformer)
    {
        nint bio = OpenSsl.BIO_new(_method);
        TlsLibrary.Check(bio != 0 ? 1 : 0, "BIO_new");
        OpenSsl.BIO_set_data(bio, GCHandle.ToIntPtr(transformer));
        return bio;
    }

    private static unsafe nint Define()
    {
        fixed (byte* name = "sluice\0"u8)
        {
            nint method = OpenSsl.BIO_meth_new(OpenSsl.BIO_get_new_index() | OpenSsl.BIO_TYPE_SOURCE_SINK, name);
            TlsLibrary.Check(method != 0 ? 1 : 0, "BIO_meth_new");
            TlsLibrary.Check(OpenSsl.BIO_meth_set_read_ex(method, &Read), "BIO_meth_set_read_ex");
            TlsLibrary.Check(OpenSsl.BIO_meth_set_write_ex(method, &Write), "BIO_meth_set_write_ex");

            // As that of a socket it says that a flush succeeds, that no end was seen, and that the kernel does not encrypt. OpenSSL asks the last
            // ten times a record: that is not to be a way into managed code and back.
            TlsLibrary.Check(OpenSsl.BIO_meth_set_ctrl(method, OpenSsl.BIO_meth_get_ctrl(OpenSsl.BIO_s_socket())), "BIO_meth_set_ctrl");
            return method;
        }
    }

    /// <summary>Whose a BIO is.</summary>
    public static TlsTransformer Transformer(nint bio) =>
        (TlsTransformer)GCHandle.FromIntPtr(OpenSsl.BIO_get_data(bio)).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception may pass through native code.")]
    private static unsafe int Read(nint bio, byte* buffer, nuint size, nuint* count)
    {
        *count = 0;
        OpenSsl.BIO_clear_flags(bio, OpenSsl.BIO_FLAGS_READ | OpenSsl.BIO_FLAGS_SHOULD_RETRY);
        TlsTransformer transformer = Transformer(bio);
        try
        {
            IoResult result = transformer.ReceiveCiphertext(new Span<byte>(buffer, (int)nuint.Min(size, int.MaxValue)));
            if (result.Error == Errno.WouldBlock)
            {
                OpenSsl.BIO_set_flags(bio, OpenSsl.BIO_FLAGS_READ | OpenSsl.BIO_FLAGS_SHOULD_RETRY);
            }

            *count = (nuint)result.Bytes;
            return result.Bytes > 0 ? 1 : 0;
        }
        catch (Exception failure)
        {
            transformer.Keep(failure);
            return 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Design", "CA1031", Justification = "No exception may pass through native code.")]
    private static unsafe int Write(nint bio, byte* buffer, nuint size, nuint* count)
    {
        *count = 0;
        OpenSsl.BIO_clear_flags(bio, OpenSsl.BIO_FLAGS_WRITE | OpenSsl.BIO_FLAGS_SHOULD_RETRY);
        TlsTransformer transformer = Transformer(bio);
        try
        {
            if (!transformer.AppendCiphertext(new ReadOnlySpan<byte>(buffer, checked((int)size))))
            {
                OpenSsl.BIO_set_flags(bio, OpenSsl.BIO_FLAGS_WRITE | OpenSsl.BIO_FLAGS_SHOULD_RETRY);
                return 0;
            }

            *count = size;
            return 1;
        }
        catch (Exception failure)
        {
            transformer.Keep(failure);
            return 0;
        }
    }
}
