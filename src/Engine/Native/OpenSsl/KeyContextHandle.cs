using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// An EVP_PKEY_CTX.
internal sealed class KeyContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        OpenSsl.EVP_PKEY_CTX_free(handle);
        return true;
    }
}
