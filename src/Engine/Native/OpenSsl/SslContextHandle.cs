using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// An SSL_CTX.
internal sealed class SslContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_CTX_free(handle);
        return true;
    }
}
