using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// A BIO, source or sink of bytes.
internal sealed class BioHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    public BioHandle(nint bio)
        : this()
    {
        SetHandle(bio);
    }

    protected override bool ReleaseHandle()
    {
        _ = OpenSsl.BIO_free(handle);
        return true;
    }
}
