using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// An EVP_PKEY.
internal sealed class KeyHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    public KeyHandle(nint key)
        : this()
    {
        SetHandle(key);
    }

    public nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        OpenSsl.EVP_PKEY_free(handle);
        return true;
    }
}
