using System;
using System.Runtime.InteropServices;

namespace Sluice.Relayd.Health.Answers;

/// <summary>What ends a line.</summary>
internal enum LineEnds
{
    /// <summary>CR LF, or LF alone.</summary>
    Any,

    /// <summary>CR LF.</summary>
    Pairs,
}

/// <summary>Finds the end of the first blank line, in bytes that are cut anywhere.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct BlankLine(LineEnds ends)
{
    // How much of the end of a line and of the blank one has come: 0 nothing, 1 CR, 2 its LF, 3 CR again.
    private int _seen;

    /// <summary>Where the part behind the blank line begins in these bytes; -1 where it is not here.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (Take(bytes[i]))
            {
                return i + 1;
            }
        }

        return -1;
    }

    private bool Take(byte value)
    {
        switch (value)
        {
            case (byte)'\n' when _seen == 3 || (_seen == 2 && ends == LineEnds.Any):
                return true;
            case (byte)'\n':
                _seen = _seen == 1 || ends == LineEnds.Any ? 2 : 0;
                return false;
            case (byte)'\r':
                _seen = _seen == 2 ? 3 : 1;
                return false;
            default:
                _seen = 0;
                return false;
        }
    }
}
