using System;
using System.Collections.Generic;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Relayd.Tables;

namespace Sluice.Relayd.Datagrams;

/// <summary>The sockets over which a relay asks one host. Each has a port that the kernel drew at random, a batch of queries goes over one that is drawn among them, and none is asked over for
/// long: whoever wants to forge an answer has port and number to guess, and the port is another one soon.</summary>
/// <param name="owner">The relay.</param>
/// <param name="table">All queries of the process.</param>
/// <param name="target">The host.</param>
/// <param name="client">Whose address they have, without a port; none where they have the relay's. A client has one at a time.</param>
internal sealed class HostSockets(DatagramRelay owner, QueryTable table, Target target, SocketAddress client)
{
    /// <summary>How many of them are asked over at a time.</summary>
    public const int Width = 8;

    // Those that are not asked over any more stay for the answers that they wait for; where so many stay, the others are kept longer.
    private const int MostRetired = 64;

    /// <summary>How long one is asked over.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private readonly HostSocket?[] _sockets = new HostSocket?[client.Kind == AddressKind.None ? Width : 1];
    private readonly List<HostSocket> _retired = [];

    /// <summary>The host, as the relay knew it last.</summary>
    public Target Target { get; private set; } = target;

    /// <summary>Whose address they have; none where they have the relay's.</summary>
    public SocketAddress Client => client;

    /// <summary>When the one that was opened last was opened.</summary>
    public TimeSpan Opened { get; private set; }

    /// <summary>The socket of this turn's batch; null before the first query of it, and where none can be had.</summary>
    public HostSocket? Chosen { get; private set; }

    /// <summary>Draws a socket for a batch, unless that is done.</summary>
    /// <param name="target">The host, as the relay knows it now.</param>
    /// <param name="error">Why there is none.</param>
    public HostSocket? Choose(in Target target, out Errno error)
    {
        (Target, error) = (target, Errno.None);
        if (Chosen is not null)
        {
            return Chosen;
        }

        ref HostSocket? drawn = ref _sockets[table.Random.Next(_sockets.Length)];
        if (drawn is null || (table.Loop.Now - drawn.Opened >= Life && _retired.Count < MostRetired))
        {
            error = HostSocket.Open(owner, table, this, out HostSocket? fresh);
            if (fresh is not null)
            {
                Retire(drawn);
                drawn = fresh;
                Opened = fresh.Opened;
            }
        }

        // Where no other can be had those that are there serve on.
        return Chosen = drawn ?? Array.Find(_sockets, static socket => socket is not null);
    }

    /// <summary>The batch is sent.</summary>
    public void Sent() => Chosen = null;

    /// <summary>Closes each as soon as it has no query; the host is asked over others from now on, if it is.</summary>
    public void Retire()
    {
        for (int i = 0; i < _sockets.Length; i++)
        {
            Retire(_sockets[i]);
            _sockets[i] = null;
        }
    }

    /// <summary>The host's machine said that nobody is there. Of which query it was is not said, and those that wait may have been heard before: they wait on.</summary>
    public void Refused() => table.Failures.Failed(Target);

    /// <summary>One is closed.</summary>
    public void Closed(HostSocket socket) => _retired.Remove(socket);

    private void Retire(HostSocket? socket)
    {
        if (socket is not null)
        {
            _retired.Add(socket);
            socket.Retire();
        }
    }
}
