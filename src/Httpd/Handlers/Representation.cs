using System;

using Sluice.Http.Codec;

namespace Sluice.Httpd.Handlers;

/// <summary>Which of the files is sent for a path: the plain one, or one that holds it compressed.</summary>
/// <param name="File">What is sent.</param>
/// <param name="Coding">The content coding of <paramref name="File"/>.</param>
/// <param name="Modified">When the plain file was changed, as it is told (H-FILE-40).</param>
/// <param name="Choice">The codings that there were to choose from; none where nothing was negotiated.</param>
internal readonly record struct Representation(
    CachedFile File, ContentCoding Coding, DateTimeOffset Modified, ContentCodings Choice)
{
    /// <summary>The file itself, where there is no choice.</summary>
    public static Representation Plain(CachedFile file) =>
        new(file, ContentCoding.Identity, file.Modified, ContentCodings.None);
}
