using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// An SSL_SESSION, or a part in one.
internal sealed class SslSessionHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public SslSessionHandle(nint session)
        : base(ownsHandle: true)
    {
        SetHandle(session);
    }

    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_SESSION_free(handle);
        return true;
    }
}
