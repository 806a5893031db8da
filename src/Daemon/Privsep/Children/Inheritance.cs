using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Children;

/// <summary>
/// In a child: gathers what the parent offers until it is committed. What the parent says is taken for true; a message
/// without its descriptors is a mistake of ours and ends the process.
/// </summary>
internal sealed class Inheritance
{
    private readonly Dictionary<int, InheritedListener> _listeners = [];
    private List<int> _logFiles = [];

    /// <summary>Takes the listeners of an offer.</summary>
    public void Take(ListenerOffer offer, ReceivedDescriptors descriptors)
    {
        foreach (OfferedListener listener in offer.Listeners)
        {
            _listeners.Add(listener.Id, new InheritedListener(listener.Id, listener.Key, Next(descriptors)));
        }
    }

    /// <summary>Takes log files.</summary>
    /// <returns>All of them, when none is missing any more; else null.</returns>
    public IReadOnlyList<int>? Take(LogFileOffer offer, ReceivedDescriptors descriptors)
    {
        while (descriptors.TryTake(out int descriptor))
        {
            _logFiles.Add(descriptor);
        }

        if (offer.Missing > 0)
        {
            return null;
        }

        IReadOnlyList<int> all = _logFiles;
        _logFiles = [];
        return all;
    }

    /// <summary>The listeners of a configuration; those that it does not have are forgotten here, not closed.</summary>
    public IReadOnlyList<InheritedListener> Commit(Commit commit)
    {
        InheritedListener[] listeners = [.. commit.ListenerIds.Select(id => _listeners[id])];
        _listeners.Clear();
        foreach (InheritedListener listener in listeners)
        {
            _listeners.Add(listener.Id, listener);
        }

        return listeners;
    }

    /// <summary>The payload that comes with a commit.</summary>
    public static byte[] Payload(ReceivedDescriptors descriptors)
    {
        using SealedMemory memory = SealedMemory.Adopt(Next(descriptors));
        return memory.Read();
    }

    /// <summary>The descriptor that must be there.</summary>
    public static int Next(ReceivedDescriptors descriptors) => descriptors.TryTake(out int descriptor)
        ? descriptor
        : throw new InvalidDataException("a message of the parent came without its descriptor");
}
