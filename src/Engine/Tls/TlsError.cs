using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>Why OpenSSL refused something, in its own words.</summary>
public readonly record struct TlsError
{
    private readonly nuint _code;

    // Of X509_STORE_CTX_get_error(3); 0 where no certificate is the reason.
    private readonly nint _verification;

    private TlsError(nuint code, nint verification = 0)
    {
        _code = code;
        _verification = verification;
    }

    /// <summary>A short text for the log; allocates one.</summary>
    public unsafe string Describe()
    {
        byte* reason = _code == 0 ? null : OpenSsl.ERR_reason_error_string(_code);
        string words = reason is not null ? Text(reason) : _code == 0 ? "no reason given" : $"error {_code:x}";
        return _verification == 0 ? words : $"{words}: {OfCertificate(_verification)}";
    }

    private int Library => (int)((_code >> OpenSsl.ERR_LIB_OFFSET) & OpenSsl.ERR_LIB_MASK);

    private int Reason => (int)(_code & OpenSsl.ERR_REASON_MASK);

    // What PEM functions say when there is no further object.
    internal bool IsEndOfPem =>
        Library == OpenSsl.ERR_LIB_PEM && Reason == OpenSsl.PEM_R_NO_START_LINE;

    // What X509_STORE_CTX_get_error(3) means.
    internal static unsafe string OfCertificate(nint verification) => Text(OpenSsl.X509_verify_cert_error_string(verification));

    /// <summary>
    /// Empties the queue, for what is left there would be taken for the next call's, and takes out of it the first error
    /// of TLS, or else the first one: the others are those of its callers, which say less.
    /// </summary>
    internal static TlsError Take()
    {
        TlsError taken = new(OpenSsl.ERR_get_error());
        TlsError next = taken;
        while (next._code != 0)
        {
            taken = taken.Library != OpenSsl.ERR_LIB_SSL && next.Library == OpenSsl.ERR_LIB_SSL ? next : taken;
            next = new TlsError(OpenSsl.ERR_get_error());
        }

        return taken;
    }

    /// <summary>The same, where the peer's certificate may be why.</summary>
    /// <param name="ssl">The connection.</param>
    internal static TlsError Take(nint ssl)
    {
        TlsError taken = Take();
        bool isCertificate = taken.Library == OpenSsl.ERR_LIB_SSL && taken.Reason == OpenSsl.SSL_R_CERTIFICATE_VERIFY_FAILED;
        return isCertificate ? new TlsError(taken._code, OpenSsl.SSL_get_verify_result(ssl)) : taken;
    }

    private static unsafe string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text)!;
}
