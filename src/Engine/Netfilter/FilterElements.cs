using System;
using System.Collections.Generic;
using System.IO;

using Sluice.Engine.Native;
using Sluice.Engine.Netlink;

namespace Sluice.Engine.Netfilter;

/// <summary>
/// The elements of a map of the packet filter, heard block by block: for each block the kernel goes over all elements before it, so that a list of 262,144 takes seconds, and a block of it
/// some tens of ms. What packets change meanwhile may shift others out of the list without a word; who must have all looks again.
/// </summary>
public sealed class FilterElements : IDisposable
{
    private readonly NetlinkSocket _socket;

    private FilterElements(NetlinkSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Whether all was heard.</summary>
    public bool IsOver => _socket.IsOver;

    /// <summary>What became of it so far; at the end <see cref="Errno.Interrupted"/> where somebody changed the rules meanwhile, and <see cref="Errno.NotFound"/> where there is no such map.</summary>
    public Errno Outcome { get; private set; }

    /// <summary>Begins to list the elements of a map.</summary>
    /// <exception cref="IOException">No socket can be opened.</exception>
    public static FilterElements Of(FilterMap map)
    {
        Span<byte> question = stackalloc byte[FilterMessages.QuestionBytes];
        FilterElements list = new(NetlinkSocket.Open(Libc.NETLINK_NETFILTER));
        list.Outcome = list._socket.Begin(FilterMessages.WriteElementsQuery(question, map));
        return list;
    }

    /// <summary>Hears the next block.</summary>
    /// <param name="seen">Gets its elements, up to some hundreds.</param>
    public void Hear(ICollection<FilterElement> seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        Outcome = _socket.Hear((buffer, message) => FilterMessages.ReadElements(buffer, message, seen));
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
