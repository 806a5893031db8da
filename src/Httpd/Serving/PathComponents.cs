using System;

namespace Sluice.Httpd.Serving;

/// <summary>Removing the beginning of a path, <c>request strip</c> in httpd.conf(5).</summary>
internal static class PathComponents
{
    /// <summary>The path without its first components: two of <c>/a/b/c</c> leave <c>/c</c>; empty when they run out.</summary>
    public static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> path, int count)
    {
        for (; count > 0 && !path.IsEmpty; count--)
        {
            int slash = path[1..].IndexOf((byte)'/');
            path = slash < 0 ? default : path[(slash + 1)..];
        }

        return path;
    }
}
