using System;

namespace Sluice.Http.Text;

/// <summary>The canonical form of a decoded path (H-FILE-03): no repeated slash, no <c>.</c> and <c>..</c> segments, below the root.</summary>
public static class CanonicalPath
{
    /// <summary>The longest result, in bytes.</summary>
    public const int Longest = 1023;

    /// <summary>
    /// Resolves a path. <c>..</c> stops at the root and is never an error; a slash at the end stays only if it stands there.
    /// </summary>
    /// <param name="path">Decoded; false unless it begins with a slash.</param>
    /// <param name="destination">As long as the path at least; may be the same memory.</param>
    /// <param name="written">Bytes of the result: 1 to <see cref="Longest"/>; false where it would be longer.</param>
    public static bool TryResolve(ReadOnlySpan<byte> path, Span<byte> destination, out int written)
    {
        written = 0;
        if (path.IsEmpty || path[0] != '/')
        {
            return false;
        }

        int at = 0;
        while (at < path.Length)
        {
            int start = at;
            while (start < path.Length && path[start] == '/')
            {
                start++;
            }

            int length = path[start..].IndexOf((byte)'/');
            at = length < 0 ? path.Length : start + length;
            written = Append(path[start..at], destination, written);
        }

        if (written == 0)
        {
            destination[written++] = (byte)'/';
        }

        return written <= Longest;
    }

    // Without its last slash the result so far is empty for the root.
    private static int Append(ReadOnlySpan<byte> segment, Span<byte> destination, int written)
    {
        switch (segment)
        {
            case []:
                destination[written] = (byte)'/';
                return written + 1;
            case [(byte)'.']:
                return written;
            case [(byte)'.', (byte)'.']:
                return int.Max(0, destination[..written].LastIndexOf((byte)'/'));
            default:
                segment.CopyTo(destination[(written + 1)..]);
                destination[written] = (byte)'/';
                return written + 1 + segment.Length;
        }
    }
}
