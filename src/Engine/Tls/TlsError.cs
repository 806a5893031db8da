using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>Why OpenSSL refused something, in its own words.</summary>
public readonly record struct TlsError
{
    private readonly nuint _code;

    private TlsError(nuint code)
    {
        _code = code;
    }

    /// <summary>A short text for the log; allocates one.</summary>
    public unsafe string Describe()
    {
        byte* reason = _code == 0 ? null : OpenSsl.ERR_reason_error_string(_code);
        return reason is not null ? Marshal.PtrToStringUTF8((nint)reason)! : _code == 0 ? "no reason given" : $"error {_code:x}";
    }

    private int Library => (int)((_code >> OpenSsl.ERR_LIB_OFFSET) & OpenSsl.ERR_LIB_MASK);

    // What PEM functions say when there is no further object.
    internal bool IsEndOfPem =>
        Library == OpenSsl.ERR_LIB_PEM && (int)(_code & OpenSsl.ERR_REASON_MASK) == OpenSsl.PEM_R_NO_START_LINE;

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
}
