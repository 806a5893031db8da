using System;

namespace Sluice.Httpd.Handlers;

/// <summary>Paths inside the chroot, put together in a buffer.</summary>
internal static class FilePath
{
    /// <summary>Enough for a root, a canonical path and the name of an index file.</summary>
    public const int MostBytes = 4096;

    /// <summary>Root and path, one behind the other (H-FILE-06).</summary>
    /// <param name="root">At most 1023 bytes.</param>
    /// <param name="path">At most 2047 bytes.</param>
    /// <param name="buffer">At least <see cref="MostBytes"/>.</param>
    public static ReadOnlySpan<byte> Join(ReadOnlySpan<byte> root, ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        root.CopyTo(buffer);
        path.CopyTo(buffer[root.Length..]);
        int length = root.Length + path.Length;
        return length > 0 ? buffer[..length] : "/"u8;
    }
}
