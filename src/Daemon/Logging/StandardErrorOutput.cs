using System;

using Sluice.Engine;
using Sluice.Engine.Io;

namespace Sluice.Daemon.Logging;

/// <summary>Lines to standard error; in the parent with <c>-d</c>, and in the launcher.</summary>
internal sealed class StandardErrorOutput : LogOutput
{
    private static readonly AppendFile _standardError = new(2);

    public override void Write(Severity severity, ReadOnlySpan<byte> text)
    {
        Span<byte> line = stackalloc byte[LineEncoding.LongestLine + 1];
        int length = LineEncoding.Encode(text, line);
        line[length] = (byte)'\n';
        Span<byte> rest = line[..(length + 1)];

        // Mostly one write. Where nobody reads any more, there is nobody to tell either.
        while (!rest.IsEmpty && _standardError.Append(rest) is { Error: Errno.None } written)
        {
            rest = rest[written.Bytes..];
        }
    }
}
