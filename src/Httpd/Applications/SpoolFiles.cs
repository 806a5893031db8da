using System;
using System.Threading.Tasks;

using Sluice.Engine.Io;

namespace Sluice.Httpd.Applications;

/// <summary>Where bodies are kept that an application is told the length of first: a little memory, then files that the parent opens.</summary>
/// <param name="open">Asks for a file; null where there is none to be had.</param>
internal sealed class SpoolFiles(Func<ValueTask<SpoolFile?>> open)
{
    /// <summary>Bytes of one body that are kept in memory.</summary>
    public const int MostInMemory = 1024 * 1024;

    private const long MostInAll = 32 * 1024 * 1024;

    private long _held;

    /// <summary>Whether a body that has so much in memory may have a block more.</summary>
    public bool MayHold(long length, int block) => length + block <= MostInMemory && _held + block <= MostInAll;

    /// <summary>A block was taken for a body, or given back.</summary>
    public void Account(int bytes) => _held += bytes;

    /// <summary>A file; null where there is none to be had.</summary>
    public ValueTask<SpoolFile?> Open() => open();
}
