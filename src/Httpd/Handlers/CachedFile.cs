using System;
using System.Diagnostics;

using Sluice.Engine.Io;
using Sluice.Http.Codec;

namespace Sluice.Httpd.Handlers;

/// <summary>What a path led to when it was looked up.</summary>
internal enum PathKind
{
    /// <summary>A regular file that can be read.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>Nothing: the path, or a directory on the way, does not exist, or no file can have such a name.</summary>
    Missing,

    /// <summary>Something that may not be read, or is neither file nor directory (H-FILE-07, H-FILE-09).</summary>
    Forbidden,

    /// <summary>The system could not say: links that lead in a circle, an I/O error.</summary>
    Failed,
}

/// <summary>What a path led to: a file's content or its open descriptor, or that there is none.</summary>
/// <remarks>It never changes: when the file does, another takes its place. Who sends from it across a wait
/// holds it, so that the descriptor stays open when the cache forgets it meanwhile.</remarks>
internal sealed class CachedFile
{
    private OpenFile? _file;

    /// <summary>How many sessions hold the file, beside the cache.</summary>
    private int _holders;

    private bool _isForgotten;

    /// <summary>The path inside the chroot, root and all.</summary>
    public required byte[] Path { get; init; }

    /// <summary>What is there.</summary>
    public required PathKind Kind { get; init; }

    /// <summary>Identity, length and times as they were; two files that agree in it are the same.</summary>
    public FileStatus Status { get; init; }

    /// <summary>When it was changed, as it is told: never later than now (H-HTTP-28).</summary>
    public DateTimeOffset Modified { get; init; }

    /// <summary>The content, if it is kept in memory.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The descriptor that a file too large for memory is sent from.</summary>
    public OpenFile? File
    {
        get => _file;
        init => _file = value;
    }

    /// <summary>The content of a file that has a descriptor, for answers that are encrypted; empty until <see cref="FileCache.Copy"/> has read it.</summary>
    public ReadOnlyMemory<byte> Copy { get; set; }

    /// <summary>It was asked for by a client whose answer is encrypted.</summary>
    public bool WasEncrypted { get; set; }

    /// <summary>The cache has it; otherwise it is for one answer, which is sent from the descriptor.</summary>
    public bool IsKept { get; init; } = true;

    /// <summary>Loop time up to which the entry is believed without asking the system.</summary>
    public TimeSpan BelievedUntil { get; set; }

    /// <summary>The coded files that there were beside it, <see cref="CompressedFiles"/>.</summary>
    public ContentCodings Codings { get; set; }

    /// <summary>Loop time up to which <see cref="Codings"/> is believed.</summary>
    public TimeSpan CodingsUntil { get; set; } = TimeSpan.MinValue;

    /// <summary>It was found to be shorter than it was, and the operator was told.</summary>
    public bool IsTruncated { get; set; }

    /// <summary>Heads of answers with the file, made once for each place that serves it.</summary>
    public FileHeads? Heads { get; set; }

    /// <summary>The list that counts the file; null when it is on none.</summary>
    public RecencyList? List { get; set; }

    /// <summary>The next younger file of the list.</summary>
    public CachedFile? Newer { get; set; }

    /// <summary>The next older file of the list.</summary>
    public CachedFile? Older { get; set; }

    /// <summary>Keeps the descriptor open until <see cref="Release"/>.</summary>
    public void Hold() => _holders++;

    /// <summary>Ends one <see cref="Hold"/>.</summary>
    public void Release()
    {
        Debug.Assert(_holders > 0, "a file is released as often as it is held");
        _holders--;
        CloseIfUnused();
    }

    /// <summary>The cache no longer has the file: its descriptor is closed as soon as nobody holds it.</summary>
    public void Forget()
    {
        _isForgotten = true;
        CloseIfUnused();
    }

    private void CloseIfUnused()
    {
        if (_isForgotten && _holders == 0 && _file is not null)
        {
            _file.Dispose();
            _file = null;
        }
    }
}
