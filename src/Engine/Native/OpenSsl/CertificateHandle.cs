using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// An X509.
internal sealed class CertificateHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        OpenSsl.X509_free(handle);
        return true;
    }
}
