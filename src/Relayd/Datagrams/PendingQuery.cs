using System;
using System.Collections.Generic;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Relayd.Dns;
using Sluice.Relayd.Relaying;
using Sluice.Relayd.Tables;

namespace Sluice.Relayd.Datagrams;

/// <summary>A client's query that waits for its answer: a session of a relay of datagrams. It is its own deadline, and is used again when it is over.</summary>
internal sealed class PendingQuery : Deadline
{
    private readonly byte[] _question = new byte[DnsMessage.LongestQuestion];
    private int _questionLength;
    private int _opcode;

    public PendingQuery()
    {
        InProcess = new LinkedListNode<PendingQuery>(this);
    }

    /// <summary>From 1 in this process; no other session has the same.</summary>
    public long SessionId { get; private set; }

    /// <summary>The number that its client gave it.</summary>
    public ushort ClientId { get; private set; }

    /// <summary>The number that its host knows it by.</summary>
    public ushort Id { get; set; }

    /// <summary>What it goes by.</summary>
    public ServedRelay Relay { get; private set; } = null!;

    /// <summary>Whose socket it came to, and its answer leaves from.</summary>
    public DatagramRelay Listener { get; private set; } = null!;

    /// <summary>Who asked.</summary>
    public SocketAddress Client { get; private set; }

    /// <summary>Which address of ours was asked, where the relay listens on several.</summary>
    public SocketAddress Asked { get; private set; }

    /// <summary>Where it goes to; none where no host may serve.</summary>
    public Target Target { get; set; }

    /// <summary>The socket that it was sent over; null before that.</summary>
    public HostSocket? Socket { get; set; }

    /// <summary>When it came, by the time of the loop.</summary>
    public TimeSpan Began { get; private set; }

    /// <summary>Its place among all of the process.</summary>
    public LinkedListNode<PendingQuery> InProcess { get; }

    /// <summary>It stands for a query from now on.</summary>
    /// <param name="session">Its session's number.</param>
    /// <param name="listener">Where it came to.</param>
    /// <param name="client">Who asked.</param>
    /// <param name="asked">Which address, where that is not clear.</param>
    /// <param name="message">The query.</param>
    public void Begin(long session, DatagramRelay listener, in SocketAddress client, in SocketAddress asked, in DnsMessage message)
    {
        (SessionId, ClientId, Listener, Relay, Client, Asked) = (session, message.Id, listener, listener.Relay, client, asked);
        (Target, Socket, Began) = (default, null, listener.Now);
        _opcode = message.Opcode;
        _questionLength = message.Question.Length;
        message.Question.CopyTo(_question);
    }

    /// <summary>Whether a message that has its number can be its answer.</summary>
    public bool IsAnsweredBy(in DnsMessage message) => message.Answers(_opcode, _question.AsSpan(0, _questionLength));

    /// <inheritdoc/>
    protected override void OnExpired() => Listener.Expired(this);
}
