namespace Sluice.Engine.Native;

// sys/un.h
internal static partial class Libc
{
    public unsafe struct sockaddr_un
    {
        public ushort sun_family;
        public fixed byte sun_path[108];
    }
}
