using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>What happens to children and is the parent's to decide on.</summary>
internal sealed record FamilyEvents
{
    /// <summary>Every child works by the configuration in use.</summary>
    public required Action AllReady { get; init; }

    /// <summary>A child is of another build of this program.</summary>
    public required Action OtherBuild { get; init; }

    /// <summary>A child that may steer the daemon asks for something; what it sent with it is to be taken before anything is waited for.</summary>
    public required Func<SteeringRequest, ReceivedDescriptors, ValueTask<SteeringAnswer>> Steer { get; init; }

    /// <summary>The process that has the keys has looked at new ones.</summary>
    public required Action<KeysVerdict> Judged { get; init; }

    /// <summary>The process that has the keys has tried some.</summary>
    public required Action<KeysFaults> Tried { get; init; }

    /// <summary>It makes no sense to go on; why.</summary>
    public required Action<string> GivenUp { get; init; }
}

/// <summary>The children: which there are, who hears of a configuration when, and how they are connected to each other.</summary>
internal sealed class Family
{
    // A role that does not come to work does not keep a configuration from coming into use.
    private static readonly TimeSpan _longestPreparation = TimeSpan.FromSeconds(5);

    private readonly UInt128 _build;
    private readonly EventLoop _loop;
    private readonly Log _log;
    private readonly Briefing _briefing;
    private readonly FamilyEvents _events;
    private readonly Supervision _supervision;
    private readonly List<Child> _children = [];
    private readonly Dictionary<string, Assigned> _users = new(StringComparer.Ordinal);
    private RunningConfiguration? _running;
    private IReadOnlyList<Role> _roles = [];

    // Until when those that work may be kept waiting.
    private TimeSpan _changeDue;

    // Until all have said hello once, none is told anything: so each finds all of its peers. Then those begin on which others depend.
    private StartPhase _start;
    private Action? _ended;

    /// <summary>Makes it, without children.</summary>
    /// <param name="program">The daemon's name.</param>
    /// <param name="build">Ours.</param>
    /// <param name="loop">The parent's loop.</param>
    /// <param name="log">The parent's log.</param>
    /// <param name="briefing">Tells them what they need to know.</param>
    /// <param name="events">The parent.</param>
    public Family(string program, UInt128 build, EventLoop loop, Log log, Briefing briefing, FamilyEvents events)
    {
        (_build, _loop, _log, _briefing, _events) = (build, loop, log, briefing, events);
        _supervision = new Supervision(
            program,
            loop,
            log,
            new SupervisionEvents { Started = Greet, Said = Handle, Lost = WhyGiveUp, Left = Forget, GivenUp = events.GivenUp });
    }

    private enum StartPhase
    {
        Gathering,
        FirstBegin,
        AllWork,
    }

    private sealed record Assigned(User User, string Root);

    /// <summary>How a process is started.</summary>
    public SpawnProcess Spawn { init => _supervision.Spawn = value; }

    /// <summary>As whom the processes of a role run from now on.</summary>
    public void Register(Role role, User user, string root) => _users[role.Name] = new Assigned(user, root);

    /// <summary>
    /// Takes a configuration into use: starts roles that it uses newly, and successors of those that have not loaded what it needs; tells those
    /// that go on when the new ones work, and ends the others.
    /// </summary>
    /// <param name="roles">Those that it uses, in their order.</param>
    /// <param name="prefork">How many processes those have that have several.</param>
    /// <param name="running">The configuration.</param>
    public void Use(IReadOnlyList<Role> roles, int prefork, RunningConfiguration running)
    {
        (_roles, _running) = (roles, running);
        if (_loop.Now >= _changeDue)
        {
            // Else an earlier configuration waits, and this one does not make the time longer.
            _changeDue = _loop.Now + _longestPreparation;
        }

        foreach (Role role in roles.Where(role => !_children.Exists(child => child.IsWanted && child.Role == role)))
        {
            for (int instance = 0; instance < Count(role, prefork); instance++)
            {
                _ = Begin(role, instance);
            }
        }

        foreach (Child child in _children.Where(child => child.IsWanted && child.Phase >= ChildPhase.Assigned && LacksPreparation(child)).ToArray())
        {
            _log.Info($"{child.Description} (pid {child.ProcessId}) has not loaded what the configuration needs: another takes its place");
            child.IsWanted = false;
            child.Successor = Begin(child.Role, child.Instance);
        }

        ChangeOver();
    }

    /// <summary>Logs say more, or less, from now on.</summary>
    /// <param name="verbosity">How often <c>-v</c> counts as given.</param>
    public void ChangeVerbosity(int verbosity)
    {
        _briefing.Verbosity = verbosity;
        foreach (Child child in _children.Where(child => child.Phase >= ChildPhase.Assigned))
        {
            child.Send(new VerbosityChange(_running!.Generation, verbosity));
        }
    }

    /// <summary>The log files were opened anew.</summary>
    public void UseLogFiles(RunningConfiguration running)
    {
        _running = running;
        // Who has not heard of the configuration yet hears of its log files with it.
        foreach (Child child in _children.Where(child => child.Phase >= ChildPhase.Assigned && child.ToldGeneration == running.Generation))
        {
            Briefing.ChangeLogFiles(child, running);
        }
    }

    /// <summary>The configuration's supplement was made anew.</summary>
    public void Tell(RunningConfiguration running)
    {
        _running = running;
        foreach (Child child in _children.Where(child => child.Phase >= ChildPhase.Assigned))
        {
            Briefing.Tell(child, running);
        }
    }

    /// <summary>Whether all work by the configuration in use, and nobody waits to hear of it.</summary>
    public bool IsSettled => _running is not null && _children.TrueForAll(child => !child.IsWanted || child.Generation == _running.Generation);

    /// <summary>Payloads of the configuration in use are others now.</summary>
    /// <param name="running">The configuration, of the same generation.</param>
    /// <param name="number">That of the renewal.</param>
    /// <param name="roles">Whose payloads.</param>
    public void Renew(RunningConfiguration running, int number, IReadOnlySet<string> roles)
    {
        _running = running;
        foreach (Child child in _children.Where(child => child.Phase >= ChildPhase.Assigned && child.ToldGeneration == running.Generation))
        {
            Briefing.Tell(child, running);
            if (roles.Contains(child.Role.Name))
            {
                child.Send(new Renewed(running.Generation, number), running.Loaded.Payloads[child.Role.Name].Descriptor);
            }
        }
    }

    /// <summary>Has keys tried by the process that has those in use.</summary>
    /// <param name="keys">The payload that it would have.</param>
    /// <param name="number">That of the trial.</param>
    /// <returns>False where there is no such process.</returns>
    public bool TryKeys(SealedMemory keys, int number)
    {
        Child? child = _children.Find(static child =>
            child is { IsWanted: true, Phase: ChildPhase.Ready } && string.Equals(child.Role.Name, Keys.KeysProcess.RoleName, StringComparison.Ordinal));
        child?.Send(new KeysTrial(_running!.Generation, number), keys.Descriptor);
        return child is not null;
    }

    /// <summary>A second has passed: kills those that show no life.</summary>
    public void Tick()
    {
        foreach (Child child in _children.Where(child => child.IsStuckAfterTick()))
        {
            _log.Error($"{child.Description} (pid {child.ProcessId}) does not move: it is killed and replaced");
            child.Kill();
        }

        ChangeOver();
    }

    /// <summary>Tells those of a phase to end their work; nobody is replaced any more.</summary>
    /// <param name="phase">Which.</param>
    /// <param name="ended">Called when none of them is left.</param>
    public void Stop(StopPhase phase, Action ended)
    {
        foreach (Child child in _children)
        {
            child.IsWanted = false;
        }

        foreach (Child child in Of(phase))
        {
            child.Send(new Stop(_running?.Generation ?? 0));
        }

        _ended = () =>
        {
            if (!Of(phase).Any())
            {
                _ended = null;
                ended();
            }
        };
        _ended();
    }

    /// <summary>Kills those of a phase.</summary>
    public void Kill(StopPhase phase)
    {
        foreach (Child child in Of(phase))
        {
            child.Kill();
        }
    }

    // Those that work hear of a configuration when its new roles work too: until then what they ask of these would fail. Those on which others depend go before.
    private void ChangeOver()
    {
        if (_start == StartPhase.FirstBegin && !AwaitsFirst)
        {
            _start = StartPhase.AllWork;
            Assign([.. _children.Where(child => child is { IsWanted: true, Phase: ChildPhase.Introduced })]);
        }

        if (_start != StartPhase.AllWork || AwaitsNewRoles)
        {
            return;
        }

        Change(ChangeOrder.First);
        if (AwaitsFirst)
        {
            return;
        }

        _changeDue = _loop.Now;
        foreach (Child child in _children.Where(child => child.IsWanted && !_roles.Contains(child.Role)))
        {
            child.IsWanted = false;
            child.Send(new Stop(_running!.Generation));
        }

        Assign([.. _children.Where(child => child is { IsWanted: true, Phase: ChildPhase.Introduced })]);
        foreach (Child child in _children.Where(child => child is { IsLeaving: false, Successor.HasWorked: true, Phase: >= ChildPhase.Assigned }))
        {
            Briefing.Leave(child, _running!);
        }

        Change(ChangeOrder.Later);
    }

    private void Change(ChangeOrder order)
    {
        foreach (Child child in _children.Where(child => child.Role.Order == order && _roles.Contains(child.Role)
            && (child.IsWanted || child.IsLeaving) && child.Phase >= ChildPhase.Assigned && child.ToldGeneration < _running!.Generation))
        {
            Briefing.Change(child, _running!);
        }
    }

    private bool AwaitsFirst => _loop.Now < _changeDue
        && _children.Exists(child => child is { IsWanted: true, Role.Order: ChangeOrder.First } && _roles.Contains(child.Role) && child.Generation < _running!.Generation);

    private bool AwaitsNewRoles => _loop.Now < _changeDue
        && _children.Exists(child => child is { IsWanted: true, HasWorked: false } && _roles.Contains(child.Role) && !IsSuccessor(child));

    private bool IsSuccessor(Child child) => _children.Exists(each => each.Successor == child);

    private bool LacksPreparation(Child child) => (_running!.PreparationOf(child.Role) & ~child.Preparation) != Preparation.None;

    private Child Begin(Role role, int instance)
    {
        Child child = new(role, instance);
        _children.Add(child);
        _supervision.Begin(child);
        return child;
    }

    private IEnumerable<Child> Of(StopPhase phase) =>
        _children.Where(child => child.Role.StopPhase == phase && child.Phase != ChildPhase.Absent);

    private static int Count(Role role, int prefork) => role.Instances switch
    {
        Instances.Prefork => prefork,
        Instances.One => 1,
        _ => 0,
    };

    private void Greet(Child child) => child.Send(new Hello(_running!.Generation, _build));

    private string? WhyGiveUp(Child child) => _start == StartPhase.Gathering ? $"{child.Description} did not start" : null;

    private void Forget(Child child)
    {
        _ = _children.Remove(child);
        _ended?.Invoke();
    }

    // False for what this child must not say now.
    private bool Handle(Child child, Message message, ReceivedDescriptors descriptors)
    {
        switch (message)
        {
            case Hello hello when child.Phase == ChildPhase.Started:
                Introduce(child, hello);
                return true;
            case Ready ready when child.Phase >= ChildPhase.Assigned:
                child.Phase = ChildPhase.Ready;
                child.Generation = ready.Generation;
                child.HasWorked = true;
                ChangeOver();
                if (_children.TrueForAll(each => !each.IsWanted || each.Generation == _running!.Generation))
                {
                    _events.AllReady();
                }

                return true;
            case SpoolRequest when child.Phase >= ChildPhase.Assigned && child.Role.Spool == SpoolUse.Files:
                Briefing.AnswerSpool(child, _running!);
                return true;
            case SocketsRequest request when child.Phase >= ChildPhase.Assigned:
                return Briefing.Answer(child, request, _running!);
            case ConnectRequest request when child.Phase >= ChildPhase.Assigned:
                return Briefing.Answer(child, request, _running!);
            case FileRequest request when child.Phase >= ChildPhase.Assigned:
                return Briefing.Answer(child, request, _running!);
            case SteeringRequest request when child.Phase >= ChildPhase.Assigned && child.Role.May(request.Kind):
                ValueTask<SteeringAnswer> steering = _events.Steer(request, descriptors);
                _loop.Spawn(() => Answer(child, steering));
                return true;
            case KeysVerdict verdict when child.Phase >= ChildPhase.Assigned && string.Equals(child.Role.Name, Keys.KeysProcess.RoleName, StringComparison.Ordinal):
                _events.Judged(verdict);
                return true;
            case KeysFaults faults when child.Phase >= ChildPhase.Assigned && string.Equals(child.Role.Name, Keys.KeysProcess.RoleName, StringComparison.Ordinal):
                _events.Tried(faults);
                return true;
            case LogLines lines:
                Repeat(child, lines);
                return true;
            default:
                return false;
        }
    }

    // An answer may take its time; it is not for a successor, who did not ask.
    private async ValueTask Answer(Child child, ValueTask<SteeringAnswer> steering)
    {
        int processId = child.ProcessId;
        SteeringAnswer? answer = null;
        try
        {
            answer = await steering;
        }
        finally
        {
            if (child.ProcessId != processId)
            {
                _log.Debug($"nobody waits any more for what {child.Description} (pid {processId}) asked");
            }
            else if (answer is not null)
            {
                child.Send(answer);
            }
            else
            {
                // A mistake of ours, which is logged: who waits for the answer must not wait for ever.
                child.Kill();
            }
        }
    }

    private void Introduce(Child child, Hello hello)
    {
        if (hello.Build != _build)
        {
            _events.OtherBuild();
            return;
        }

        child.Phase = ChildPhase.Introduced;
        if (!_roles.Contains(child.Role))
        {
            // A reload came meanwhile that has nothing for it to do: it is told to stop, or will be.
            return;
        }

        if (_start == StartPhase.AllWork && IsSuccessor(child) && AwaitsNewRoles)
        {
            // Assigned as the others are told, since it asks the same of them.
            return;
        }

        if (_start == StartPhase.AllWork || (_start == StartPhase.FirstBegin && child.Role.Order == ChangeOrder.First))
        {
            Assign([child]);
        }
        else if (_start == StartPhase.Gathering && _children.TrueForAll(each => each.Phase == ChildPhase.Introduced))
        {
            _start = StartPhase.FirstBegin;
            Assign([.. _children.Where(each => each.Role.Order == ChangeOrder.First)]);
            ChangeOver();
        }
    }

    private void Assign(IReadOnlyList<Child> newcomers)
    {
        foreach (Child child in newcomers)
        {
            Assigned assigned = _users[child.Role.Name];
            _briefing.Begin(child, assigned.User, assigned.Root, _running!);
            Connect(child);
            child.Phase = ChildPhase.Assigned;
        }

        foreach (Child child in newcomers)
        {
            Briefing.Commit(child, _running!);
        }
    }

    // To each that is there already, so that each pair is connected once, when the later of the two comes.
    private void Connect(Child child)
    {
        foreach (Child peer in _children.Where(peer =>
            peer != child && peer.Phase >= ChildPhase.Assigned && RoleTable.AreConnected(peer.Role, child.Role)))
        {
            (Channel one, Channel other) = Channel.CreatePair();
            child.Send(new PeerOffer(_running!.Generation, peer.Role.Name, peer.Instance), one.Descriptor);
            peer.Send(new PeerOffer(_running.Generation, child.Role.Name, child.Instance), other.Descriptor);
            one.Dispose();
            other.Dispose();
        }
    }

    private void Repeat(Child child, LogLines lines)
    {
        if (lines.Dropped > 0)
        {
            _log.Warning($"{child.Description}: {lines.Dropped} _log lines were dropped, there was no room for them");
        }

        foreach (LogLine line in lines.Lines)
        {
            _log.Repeat(line.Severity, line.Text.Span);
        }
    }
}
