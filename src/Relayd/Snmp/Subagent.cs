using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Relayd.Snmp;

/// <summary>What a subagent needs.</summary>
/// <param name="Loop">Where it lives.</param>
/// <param name="Log">For the operator.</param>
/// <param name="Mib">What it offers.</param>
/// <param name="Connect">Connects to the master; null where that could not be.</param>
/// <param name="CollectSessions">Has the relays tell of their sessions.</param>
internal sealed record SubagentSurroundings(
    EventLoop Loop, Log Log, RelaydMib Mib, Func<ValueTask<Connection?>> Connect, Func<ValueTask<IReadOnlyList<MibRow>>> CollectSessions);

/// <summary>Offers the objects to a master agent, such as snmpd(8) (R-SNMP-01): opens a session, registers the subtree, answers, and tells of hosts that change. A connection that is lost
/// is made anew after three seconds.</summary>
/// <param name="surroundings">What it needs.</param>
/// <param name="context">The SNMPv3 context of the objects; null for the default one.</param>
internal sealed class Subagent(SubagentSurroundings surroundings, string? context)
{
    // What a master sends is far less; more is no AgentX.
    private const int LongestMessage = 64 * 1024;

    // Messages to a master that takes none.
    private const int MostWaiting = 256;

    private const byte Priority = 127;
    private const byte SecondsForAnswer = 3;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _sessionsAge = TimeSpan.FromSeconds(1);

    private readonly AgentXAnswers _answers = new(surroundings.Mib.Objects);
    private readonly AgentXWriter _writer = new();
    private readonly Queue<byte[]> _waiting = new();
    private Connection? _connection;
    private Phase _phase;
    private uint _session;
    private uint _packet;
    private TimeSpan? _collected;
    private bool _isStopped;
    private bool _isRefusalSaid;

    private enum Phase
    {
        Opening,
        Registering,
        Serving,
    }

    /// <summary>Serves until it is stopped.</summary>
    public async ValueTask Run()
    {
        while (!_isStopped)
        {
            Connection? connection = await surroundings.Connect();
            if (_isStopped)
            {
                connection?.Close();
            }
            else if (connection is not null)
            {
                await Serve(connection);
            }

            await surroundings.Loop.Sleep(_patience);
        }
    }

    /// <summary>Ends the session with the master; there is none after it.</summary>
    public void Stop()
    {
        _isStopped = true;
        _connection?.Close();
    }

    /// <summary>Sends a notification; it is lost where no master hears.</summary>
    /// <param name="notification">Its name.</param>
    /// <param name="objects">What it says.</param>
    public void Notify(ObjectId notification, IEnumerable<VarBind> objects)
    {
        if (_phase != Phase.Serving || _connection is null)
        {
            return;
        }

        ObjectId trap = new(1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0);
        Begin(AgentXType.Notify);
        _writer.VarBind(new VarBind(trap, ObjectValue.Named(notification)));
        foreach (VarBind bind in objects)
        {
            _writer.VarBind(bind);
        }

        Post(_connection, _writer.End());
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Serve(Connection connection)
    {
        (_connection, _phase, _session) = (connection, Phase.Opening, 0);
        try
        {
            Begin(AgentXType.Open);
            _writer.Bytes(SecondsForAnswer);
            _writer.ObjectId(RelaydMib.Module);
            _writer.OctetString("relayd"u8);
            Post(connection, _writer.End());
            while (await Receive(connection) is { } message && await Take(connection, message))
            {
            }
        }
        finally
        {
            (_connection, _phase) = (null, Phase.Opening);
            _waiting.Clear();
            connection.Close();
        }
    }

    /// <summary>Sends a message behind those that wait; a master that reads none of many is left.</summary>
    private void Post(Connection connection, byte[] message)
    {
        if (_waiting.Count >= MostWaiting)
        {
            connection.Close();
            return;
        }

        _waiting.Enqueue(message);
        if (_waiting.Count == 1)
        {
            surroundings.Loop.Spawn(() => SendWaiting(connection));
        }
    }

    private async ValueTask SendWaiting(Connection connection)
    {
        while (connection == _connection && _waiting.TryPeek(out byte[]? message))
        {
            if (await connection.Flush(message) != Wake.Ready)
            {
                connection.Close();
                return;
            }

            _ = connection == _connection ? _waiting.Dequeue() : [];
        }
    }

    // The next whole message; null at the end, and for what is none.
    private static async ValueTask<byte[]?> Receive(Connection connection)
    {
        while (true)
        {
            int length = LengthOf(connection.Input);
            if (length > LongestMessage)
            {
                return null;
            }

            if (length > 0 && connection.Input.Length >= length)
            {
                byte[] message = connection.Input[..length].ToArray();
                connection.Consume(length);
                return message;
            }

            Fill fill = connection.TryFill();
            if (fill is Fill.End or Fill.Failed or Fill.Full || (fill == Fill.Again && await connection.Readable() != Wake.Ready))
            {
                return null;
            }
        }
    }

    // 0 for not known yet.
    private static int LengthOf(ReadOnlySpan<byte> input)
    {
        if (input.Length < AgentXHeader.Size)
        {
            return 0;
        }

        AgentXReader reader = new(input);
        AgentXHeader header = reader.Header();
        return reader.IsWrong ? int.MaxValue : (int)long.Min(AgentXHeader.Size + (long)header.Length, int.MaxValue);
    }

    private async ValueTask<bool> Take(Connection connection, byte[] message)
    {
        AgentXHeader header = HeaderOf(message);
        switch (header.Type)
        {
            case AgentXType.Response when _phase == Phase.Serving:
                return true;
            case AgentXType.Response:
                return IsGranted(message) && GoOn(connection, header);
            case AgentXType.Close:
                return false;
            case AgentXType.CleanupSet:
                return true;
            default:
                if (await Answer(message) is { } answer)
                {
                    Post(connection, answer);
                }

                return true;
        }
    }

    private async ValueTask<byte[]?> Answer(byte[] message)
    {
        RelaydMib mib = surroundings.Mib;
        mib.SessionsWereAsked = false;
        byte[]? answer = _answers.To(message);
        if (!mib.SessionsWereAsked || (_collected is { } last && surroundings.Loop.Now - last < _sessionsAge))
        {
            return answer;
        }

        mib.Sessions = await surroundings.CollectSessions();
        _collected = surroundings.Loop.Now;
        return _answers.To(message);
    }

    private bool GoOn(Connection connection, AgentXHeader header)
    {
        if (_phase == Phase.Registering)
        {
            (_phase, _isRefusalSaid) = (Phase.Serving, false);
            surroundings.Log.Info("agentx: the master agent has taken the objects");
            return true;
        }

        (_phase, _session) = (Phase.Registering, header.Session);
        Begin(AgentXType.Register);
        _writer.Bytes(SecondsForAnswer, Priority);
        _writer.ObjectId(surroundings.Mib.Objects.Root);
        Post(connection, _writer.End());
        return true;
    }

    private bool IsGranted(byte[] message)
    {
        AgentXReader reader = new(message);
        _ = reader.Header();
        _ = reader.Number();
        int error = reader.Short();
        if (error == 0 && !reader.IsWrong)
        {
            return true;
        }

        if (!_isRefusalSaid)
        {
            _isRefusalSaid = true;
            surroundings.Log.Warning($"agentx: the master agent refuses {(_phase == Phase.Opening ? "a session" : "the objects")}: error {error} of RFC 2741");
        }

        return false;
    }

    private static AgentXHeader HeaderOf(byte[] message)
    {
        AgentXReader reader = new(message);
        return reader.Header();
    }

    private void Begin(AgentXType type) => _writer.Begin(new AgentXHeader(type, _session, 0, ++_packet, 0), type == AgentXType.Open ? null : context);
}
