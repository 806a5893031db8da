using Microsoft.Win32.SafeHandles;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

// Memory mapped from a descriptor, shared with whoever else maps it.
internal sealed class MemoryMapping : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nuint _length;

    public MemoryMapping(int fd, nuint length, int protection)
        : base(ownsHandle: true)
    {
        _length = length;
        SetHandle(Libc.mmap(0, length, protection, Libc.MAP_SHARED, fd, 0));
        if (IsInvalid)
        {
            throw SystemCall.Failure("mmap");
        }
    }

    protected override bool ReleaseHandle() => Libc.munmap(handle, _length) == 0;
}
