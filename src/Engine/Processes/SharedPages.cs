using System;
using System.Threading;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>How a process may use <see cref="SharedPages"/>.</summary>
public enum PageAccess
{
    /// <summary>Reading only.</summary>
    Read,

    /// <summary>Reading and writing.</summary>
    ReadAndWrite,
}

/// <summary>How the numbers of <see cref="SharedPages"/> lie.</summary>
public enum CounterSpacing
{
    /// <summary>Each on a cache line of its own: 64 bytes.</summary>
    Lines,

    /// <summary>One behind the other: 8 bytes. For many that are seldom written.</summary>
    Dense,
}

/// <summary>Numbers in memory that several processes see; each has one writer, and a reader needs no message.</summary>
/// <remarks>
/// Each is a 64-bit number; by default on a cache line of its own, so that what different processes write does not slow one another.
/// Its writes are atomic and become visible in their order; there is no operation that two writers could share.
/// Pages that nobody has written take no memory.
/// </remarks>
public sealed class SharedPages : IDisposable
{
    // Of x86-64 and of the arm64 servers we know; a wrong guess costs speed only.
    private const int LineBytes = 64;
    private const int DenseBytes = sizeof(long);

    // Its length must not change, or a reader of a cut page would die of SIGBUS; nor may the seals.
    private const int LengthSeals = Libc.F_SEAL_SEAL | Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW;

    private readonly MemoryMapping _pages;
    private readonly int _spacing;

    private SharedPages(int fd, int count, CounterSpacing spacing, PageAccess access)
    {
        Descriptor = fd;
        Count = count;
        _spacing = BytesOf(spacing);
        int protection = access == PageAccess.Read ? Libc.PROT_READ : Libc.PROT_READ | Libc.PROT_WRITE;
        _pages = new MemoryMapping(fd, Length(count, spacing), protection);
    }

    /// <summary>The descriptor, to be sent to a writer; this object keeps owning it.</summary>
    public int Descriptor { get; private set; }

    /// <summary>How many counters there are.</summary>
    public int Count { get; }

    /// <summary>Makes the memory; all counters are 0.</summary>
    /// <param name="name">What /proc shows; nothing else depends on it.</param>
    /// <param name="count">How many counters, at least 1.</param>
    /// <param name="spacing">How they lie.</param>
    /// <exception cref="System.IO.IOException">The system has no descriptor or memory left.</exception>
    public static unsafe SharedPages Create(string name, int count, CounterSpacing spacing = CounterSpacing.Lines)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        fixed (byte* path = SystemCall.Terminated(name))
        {
            int fd = Libc.memfd_create(path, Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
            return fd >= 0
                && Libc.ftruncate(fd, (long)Length(count, spacing)) == 0
                && Libc.fcntl(fd, Libc.F_ADD_SEALS, LengthSeals) == 0
                    ? new SharedPages(fd, count, spacing, PageAccess.ReadAndWrite)
                    : throw SystemCall.Failure("memfd_create");
        }
    }

    /// <summary>Takes over a received descriptor.</summary>
    /// <param name="descriptor">It is closed when this object is, and also when adopting fails.</param>
    /// <param name="count">As many counters as the creator named.</param>
    /// <param name="access">What this process may do; a descriptor of <see cref="OpenForReaders"/> allows no writing.</param>
    /// <param name="spacing">As the creator said.</param>
    /// <exception cref="System.IO.IOException">It is not such a memory.</exception>
    public static SharedPages Adopt(int descriptor, int count, PageAccess access, CounterSpacing spacing = CounterSpacing.Lines)
    {
        int seals = Libc.fcntl(descriptor, Libc.F_GET_SEALS, 0);
        if (seals >= 0 && (seals & LengthSeals) == LengthSeals && Libc.lseek(descriptor, 0, Libc.SEEK_END) >= (long)Length(count, spacing))
        {
            return new SharedPages(descriptor, count, spacing, access);
        }

        _ = Libc.close(descriptor);
        throw new System.IO.IOException("received memory is not a set of counters");
    }

    /// <summary>The value of a counter.</summary>
    public long Read(int index) => Volatile.Read(ref Counter(index));

    /// <summary>Sets a counter; for its writer alone.</summary>
    public void Write(int index, long value) => Volatile.Write(ref Counter(index), value);

    /// <summary>Adds to a counter, wrapping at its end; for its writer alone.</summary>
    public void Add(int index, long amount)
    {
        ref long counter = ref Counter(index);
        Volatile.Write(ref counter, unchecked(counter + amount));
    }

    /// <summary>A further descriptor that cannot be mapped for writing, for processes that only read.</summary>
    /// <remarks>It goes through /proc: for the parent, which sees it. The caller owns the descriptor.</remarks>
    /// <exception cref="System.IO.IOException">/proc is not there, or no descriptor is left.</exception>
    public unsafe int OpenForReaders()
    {
        fixed (byte* path = SystemCall.Terminated($"/proc/self/fd/{Descriptor}"))
        {
            int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
            return fd >= 0 ? fd : throw SystemCall.Failure("open");
        }
    }

    /// <summary>Unmaps the pages and closes the descriptor; other processes keep theirs.</summary>
    public void Dispose()
    {
        _pages.Dispose();
        if (Descriptor >= 0)
        {
            _ = Libc.close(Descriptor);
            Descriptor = -1;
        }
    }

    private static int BytesOf(CounterSpacing spacing) => spacing == CounterSpacing.Dense ? DenseBytes : LineBytes;

    private static nuint Length(int count, CounterSpacing spacing) => (nuint)count * (nuint)BytesOf(spacing);

    private unsafe ref long Counter(int index)
    {
        ObjectDisposedException.ThrowIf(_pages.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return ref *(long*)(_pages.DangerousGetHandle() + ((nint)index * _spacing));
    }
}
