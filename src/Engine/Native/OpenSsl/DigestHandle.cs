using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// An EVP_MD_CTX, which computes one digest after another.
internal sealed class DigestHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    public DigestHandle(nint context)
        : this()
    {
        SetHandle(context);
    }

    protected override bool ReleaseHandle()
    {
        OpenSsl.EVP_MD_CTX_free(handle);
        return true;
    }
}
