using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>The pages of native libraries that a process has touched.</summary>
internal static class LibraryPages
{
    /// <summary>
    /// Gives back those that are as in the file: code and symbols. What is used again is mapped again from the file, also in a sandbox. For
    /// libraries that were only made ready for later: a handshake maps 4 MiB of OpenSSL.
    /// </summary>
    /// <param name="libraries">Paths start their last component with one of them, as in <c>libssl.so</c>.</param>
    public static void Release(IReadOnlyCollection<string> libraries)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            if (TryRead(line, libraries, out nuint start, out nuint end))
            {
                Release(start, end);
            }
        }
    }

    // proc_pid_maps(5): addresses, permissions, offset, device, inode, path. The first part of a file is its head with the symbols. Other parts that
    // cannot be written now were written when the library was loaded, and are lost if they are given back.
    private static bool TryRead(string line, IReadOnlyCollection<string> libraries, out nuint start, out nuint end)
    {
        (start, end) = (0, 0);
        string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (columns is not [string addresses, string permissions, string offset, _, _, string path]
            || !IsOneOf(Path.GetFileName(path), libraries)
            || permissions is not ("r-xp" or "r--p")
            || (permissions is "r--p" && offset.AsSpan().ContainsAnyExcept('0')))
        {
            return false;
        }

        string[] bounds = addresses.Split('-');
        start = nuint.Parse(bounds[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        end = nuint.Parse(bounds[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return true;
    }

    private static bool IsOneOf(string file, IReadOnlyCollection<string> libraries)
    {
        foreach (string library in libraries)
        {
            if (file.StartsWith(library, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static unsafe void Release(nuint start, nuint end) => _ = Libc.madvise((void*)start, end - start, Libc.MADV_DONTNEED);
}
