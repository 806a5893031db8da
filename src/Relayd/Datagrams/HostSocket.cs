using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Relayd.Datagrams;

/// <summary>A socket that is connected to a host: queries go out over it, and answers come back.</summary>
internal sealed class HostSocket
{
    // Batches in a row; then others have their turn.
    private const int BatchesPerTurn = 4;

    private readonly DatagramRelay _owner;
    private readonly QueryTable _table;
    private readonly HostSockets _siblings;
    private readonly DatagramSocket _socket;
    private bool _isRetired;

    private HostSocket(DatagramRelay owner, QueryTable table, HostSockets siblings, DatagramSocket socket)
    {
        _owner = owner;
        _table = table;
        _siblings = siblings;
        _socket = socket;
        Opened = table.Loop.Now;
    }

    /// <summary>When.</summary>
    public TimeSpan Opened { get; }

    /// <summary>The host.</summary>
    public SocketAddress Host => _siblings.Target.Address;

    /// <summary>How many were sent over it and wait.</summary>
    public int Queries { get; set; }

    /// <summary>Opens one and takes its answers from then on.</summary>
    public static Errno Open(DatagramRelay owner, QueryTable table, HostSockets siblings, out HostSocket? opened)
    {
        opened = null;
        Errno error = siblings.Client.Kind == AddressKind.None
            ? DatagramSocket.Connect(table.Loop, siblings.Target.Address, owner.Relay.Options, out DatagramSocket? socket)
            : Connect(owner, table, siblings, out socket);
        if (socket is not null)
        {
            opened = new HostSocket(owner, table, siblings, socket);
            table.Loop.SpawnLasting(opened.Listen);
        }

        return error;
    }

    // From the client's address, over a socket that the parent has made. One that is not here is no reason to wait: clients ask again.
    private static Errno Connect(DatagramRelay owner, QueryTable table, HostSockets siblings, out DatagramSocket? socket)
    {
        socket = null;
        SocketAddress host = siblings.Target.Address;
        return siblings.Client.Kind != host.Kind ? Errno.AddressFamilyUnsupported
            : owner.Relay.Sockets?.TryTake(TransparentSocket.KindFor(host, ListenKind.Datagram), out int descriptor) == true
            ? DatagramSocket.ConnectFrom(table.Loop, descriptor, siblings.Client, host, owner.Relay.Options, out socket)
            : Errno.WouldBlock;
    }

    /// <summary>Sends what was added to the batch, as <see cref="DatagramSocket.TrySend(DatagramBatch)"/>.</summary>
    public Errno TrySend(DatagramBatch batch) => _socket.TrySend(batch);

    /// <summary>A query over it is over.</summary>
    public void Left()
    {
        Queries--;
        CloseIfDone();
    }

    /// <summary>Nothing is sent over it any more; it is closed when nobody waits for an answer.</summary>
    public void Retire()
    {
        _isRetired = true;
        CloseIfDone();
    }

    private void CloseIfDone()
    {
        if (_isRetired && Queries == 0)
        {
            _socket.Close();
            _siblings.Closed(this);
        }
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Listen()
    {
        while (await _socket.Readable() == Wake.Ready)
        {
            for (int count = 0; count < BatchesPerTurn && _socket.MayReceive && Receive(); count++)
            {
                // Receive did it.
            }

            if (_socket.MayReceive)
            {
                await _table.Loop.NextTurn();
            }
        }
    }

    // False where nothing was there, or the socket is closed by now.
    private bool Receive()
    {
        Errno error = _socket.TryReceive(_table.Batch);
        if (error == Errno.None)
        {
            _owner.TakeAnswers(this);
        }
        else if (error != Errno.WouldBlock)
        {
            _siblings.Refused();
        }

        return error != Errno.WouldBlock && !(_isRetired && Queries == 0);
    }
}
