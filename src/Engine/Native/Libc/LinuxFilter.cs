namespace Sluice.Engine.Native;

// linux/filter.h
internal static partial class Libc
{
    public const ushort BPF_LD_B_ABS = 0x30;
    public const ushort BPF_ALU_AND_K = 0x54;
    public const ushort BPF_JMP_JEQ_K = 0x15;
    public const ushort BPF_RET_K = 0x06;

    public struct sock_filter
    {
        public ushort code;
        public byte jt;
        public byte jf;
        public uint k;
    }

    public unsafe struct sock_fprog
    {
        public ushort len;
        public sock_filter* filter;
    }
}
