using System;

namespace Sluice.Http.Messages;

/// <summary>
/// What the access log says of a request beside its head; filled while it is served, written when the answer's head goes out
/// (H-LOG-22). Cleared for each request; its memory is that of whoever set it and is read before the exchange ends.
/// </summary>
public sealed class AccessRecord
{
    /// <summary>Status sent; 0 until there is one.</summary>
    public int Status { get; set; }

    /// <summary>Announced length of the body in bytes (H-LOG-19): also for HEAD; 0 for errors and 304; where none was announced, what was sent.</summary>
    public long Bytes { get; set; }

    /// <summary>The answer is a page that explains its status: set before it is sent, so that 0 bytes are logged.</summary>
    public bool IsPage { get; set; }

    /// <summary>Name of the chosen server as configured.</summary>
    public ReadOnlyMemory<byte> Server { get; set; }

    /// <summary>What says where the line goes, of whoever serves and logs; null where that is known without.</summary>
    public object? Place { get; set; }

    /// <summary>The error log says already why the answer did not come to its end.</summary>
    public bool HasFailure { get; set; }

    /// <summary>Which connection of the process it came on, from 1.</summary>
    public long Connection { get; set; }

    /// <summary>Authenticated user, or what was given as one; empty for none.</summary>
    public ReadOnlyMemory<byte> User { get; set; }

    /// <summary>Decoded canonical path; empty where the request did not come so far (then the raw target is logged).</summary>
    public ReadOnlyMemory<byte> Path { get; set; }

    /// <summary>The file that was looked for, where its path is longer than the one asked for; else empty.</summary>
    public ReadOnlyMemory<byte> Sought { get; set; }

    /// <summary>Forgets the request.</summary>
    public void Clear()
    {
        Status = 0;
        Bytes = 0;
        IsPage = false;
        HasFailure = false;
        Place = null;
        Server = default;
        User = default;
        Path = default;
        Sought = default;
    }
}
