using System;

using Sluice.Http.Text;

namespace Sluice.Httpd.Serving;

/// <summary>A request's new path, and the query that goes with it (<c>request rewrite</c>, H-LOC-34).</summary>
/// <param name="PathLength">Bytes of the canonical path.</param>
/// <param name="Query">The new query, where the text had a <c>?</c>; null where the client's stays.</param>
internal readonly record struct Rewrite(int PathLength, ReadOnlyMemory<byte>? Query)
{
    /// <summary>The longest text that a template may become, query and all (H-LIMIT-12).</summary>
    public const int Longest = 4095;

    /// <summary>Fills a template, takes the query off, and resolves the path; it is not decoded.</summary>
    /// <param name="template">What the configuration says.</param>
    /// <param name="values">Of the request.</param>
    /// <param name="text">Takes the text; at least <see cref="Longest"/> bytes.</param>
    /// <param name="path">Takes the path; as long.</param>
    /// <returns>Null where the text cannot be made, is too long, or is no path: 400 (H-LOC-37).</returns>
    public static Rewrite? Of(MacroTemplate template, MacroValues values, byte[] text, Span<byte> path)
    {
        if (template.Expand(values, text.AsSpan(0, Longest), out int length) != MacroStatus.Done)
        {
            return null;
        }

        int mark = text.AsSpan(0, length).IndexOf((byte)'?');
        int end = mark < 0 ? length : mark;
        if (!CanonicalPath.TryResolve(text.AsSpan(0, end), path, out int pathLength))
        {
            return null;
        }

        // Said with its type: null alone would become an empty query, for arrays are memory too.
        return new Rewrite(pathLength, mark < 0 ? default(ReadOnlyMemory<byte>?) : text.AsMemory(mark + 1, length - mark - 1));
    }
}
