using System;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Httpd.Handlers;

namespace Sluice.Httpd.Applications;

/// <summary>Where a path is divided into the script and what follows it (H-FCGI-34 to H-FCGI-36).</summary>
/// <param name="files">Says which paths exist.</param>
internal sealed class ScriptPath(FileCache files)
{
    private readonly byte[] _path = new byte[FilePath.MostBytes];

    /// <summary>How many bytes of a path are the script's; the rest is PATH_INFO.</summary>
    /// <param name="root">The document root, inside the chroot.</param>
    /// <param name="path">The canonical path behind <c>request strip</c>.</param>
    /// <returns>The longest beginning, at the end of a component, that exists below the root; 0 for none.</returns>
    public int LengthOf(ReadOnlySpan<byte> root, ReadOnlySpan<byte> path)
    {
        int length = path.Length;
        while (length > 0)
        {
            if (Exists(FilePath.Join(root, path[..length], _path)))
            {
                return length;
            }

            length = path[..length].LastIndexOf((byte)'/');
        }

        return 0;
    }

    private bool Exists(ReadOnlySpan<byte> path) => files.Find(path).Kind switch
    {
        PathKind.Regular or PathKind.Directory => true,

        // A script that only the application may read, or a directory that we may not search.
        PathKind.Forbidden => Files.Stat(path, out _) == Errno.None,
        _ => false,
    };
}
