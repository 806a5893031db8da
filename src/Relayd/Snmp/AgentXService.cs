using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep.Children;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;

namespace Sluice.Relayd.Snmp;

/// <summary>Offers what relayctl(8) shows to the master agent that the configuration names, if it does (R-SNMP-01 to -12).</summary>
internal sealed class AgentXService
{
    // Numbers of sessions are unique in a process: the process stands in the low bits. They begin anew after 16 million sessions of a process.
    private const int ProcessBits = 7;
    private const long NumberBits = int.MaxValue;

    private readonly ChildContext _context;
    private readonly RelaydMib _mib;
    private readonly SessionLists _sessions;
    private readonly Dictionary<int, HostState> _states = [];
    private readonly Waiter _connected = new();
    private AgentX? _agent;
    private Subagent? _subagent;
    private Connection? _connection;
    private Errno _saidError;

    /// <summary>Makes that of the control process.</summary>
    /// <param name="context">What the process was given.</param>
    /// <param name="inventory">What there is now.</param>
    /// <param name="sessions">Asks the relays.</param>
    public AgentXService(ChildContext context, Func<Inventory> inventory, SessionLists sessions)
    {
        (_context, _sessions) = (context, sessions);
        _mib = new RelaydMib(context.Loop, inventory);
        context.Connected = Connected;
    }

    /// <summary>Goes by a configuration: a session with the same master stays.</summary>
    public void Configure(AgentX? agent)
    {
        if (Equals(agent, _agent))
        {
            AskAgain();
            return;
        }

        _subagent?.Stop();
        if (_connected.IsWaiting)
        {
            // The parent may not answer what it was asked under another configuration.
            _connected.Complete(Wake.Closed);
        }

        (_agent, _subagent, _saidError) = (agent, null, Errno.None);
        if (agent is not null)
        {
            _subagent = new Subagent(new SubagentSurroundings(_context.Loop, _context.Log, _mib, Connect, Collect), agent.Context);
            _context.Loop.SpawnLasting(_subagent.Run);
        }
    }

    /// <summary>A host has another state now (R-SNMP-11).</summary>
    /// <param name="configuration">The newest.</param>
    /// <param name="hostId">Which host of it.</param>
    /// <param name="board">How the hosts are.</param>
    public void Tell(RelaydConfiguration configuration, int hostId, HealthBoard board)
    {
        foreach (Table table in configuration.Tables.AsEnumerable())
        {
            foreach (Host host in table.Hosts.AsEnumerable().Where(host => host.Id == hostId))
            {
                Tell(table, host, board.Read(host.Place), table.Hosts.Count(each => board.MayServe(each.Place)));
            }
        }
    }

    private void Tell(Table table, Host host, HostHealth health, int up)
    {
        HostState before = _states.GetValueOrDefault(host.Id);
        _states[host.Id] = health.State;
        ObjectId facts = RelaydMib.Module.Add(1);
        _subagent?.Notify(facts.Add(0), ((ObjectValue[])
        [
            ObjectValue.Text(host.Name),
            ObjectValue.Integer(NumberOf(health.State)),
            ObjectValue.Integer(NumberOf(before)),
            ObjectValue.Integer((int)long.Min(health.Ups, int.MaxValue)),
            ObjectValue.Integer((int)long.Min(health.Checks, int.MaxValue)),
            ObjectValue.Text(table.Name),
            ObjectValue.Integer(up),
            ObjectValue.Integer(host.Retry),
        ]).Select((value, place) => new VarBind(facts.Add((uint)place + 1, 0), value)));
    }

    private static uint NumberOf(in SessionEntry entry) => (uint)(((entry.Id << ProcessBits) | (uint)entry.Instance) & NumberBits);

    private static int NumberOf(HostState state) => state switch
    {
        HostState.Up => 1,
        HostState.Down => -1,
        _ => 0,
    };

    private async ValueTask<Connection?> Connect()
    {
        _context.AskForConnection();
        _ = await _connected.Wait();
        (Connection? connection, _connection) = (_connection, null);
        return connection;
    }

    // The parent answers only what it was asked under the configuration in use; what came before the change was answered before it, too.
    private void AskAgain()
    {
        if (_connected.IsWaiting)
        {
            _context.AskForConnection();
        }
    }

    private void Connected(Errno error, int descriptor)
    {
        _connection?.Close();
        _connection = error == Errno.None ? Connector.Adopt(_context.Loop, descriptor) : null;
        if (error != Errno.None && error != _saidError)
        {
            _context.Log.Warning($"agentx: no master agent is at {_agent?.Path}: {error.Describe()}: it is tried again; snmpd(8) needs 'master agentx'");
        }

        _saidError = error;
        _connected.Complete(Wake.Ready);
    }

    private async ValueTask<IReadOnlyList<MibRow>> Collect()
    {
        await _sessions.Acquire();
        try
        {
            IReadOnlyList<SessionEntry> entries = await _sessions.Collect();
            return RelaydMib.RowsOf(entries.Select(static entry => (NumberOf(entry), SessionLists.Row(entry))));
        }
        finally
        {
            _sessions.Release();
        }
    }
}
