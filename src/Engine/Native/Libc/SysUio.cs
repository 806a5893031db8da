namespace Sluice.Engine.Native;

// sys/uio.h
internal static partial class Libc
{
    public unsafe struct iovec
    {
        public void* iov_base;
        public nuint iov_len;
    }
}
