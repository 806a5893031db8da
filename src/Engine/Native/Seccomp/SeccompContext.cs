using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// A scmp_filter_ctx.
internal sealed class SeccompContext : SafeHandleZeroOrMinusOneIsInvalid
{
    public SeccompContext(uint defaultAction)
        : base(ownsHandle: true)
    {
        SetHandle(Seccomp.seccomp_init(defaultAction));
    }

    protected override bool ReleaseHandle()
    {
        Seccomp.seccomp_release(handle);
        return true;
    }
}
