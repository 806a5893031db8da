using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Privsep.Parent;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

namespace Sluice.Unit.Daemon.Privsep.Parent;

/// <summary>A child whose process does nothing: the test speaks for it.</summary>
internal sealed class SpokenChild(string title, ChildProcess process, Channel channel) : IDisposable
{
    private readonly byte[] _message = new byte[Channel.LongestMessage];

    public string Title => title;

    public bool Lives => process.TryWait() is null;

    public void Say(Message message)
    {
        WireWriter writer = new();
        message.Write(writer);
        _ = channel.TrySend(writer.Written);
    }

    /// <summary>What the parent has said since.</summary>
    public IReadOnlyList<Message> Heard()
    {
        List<Message> heard = [];
        while (TryHear() is { } message)
        {
            heard.Add(message);
        }

        return heard;
    }

    /// <summary>The newest configuration that it has heard of since; 0 for none.</summary>
    public uint HeardCommit() => Heard().OfType<Commit>().Select(static commit => commit.Generation).LastOrDefault();

    public void Die()
    {
        process.Kill();
        channel.Dispose();
    }

    public void Dispose()
    {
        Die();
        _ = process.Wait();
    }

    private Message? TryHear()
    {
        ChannelResult result = channel.TryReceive(_message, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        return result.Status == ChannelStatus.Done ? Message.Read(_message.AsSpan(0, result.LengthBytes)) : null;
    }
}

/// <summary>A family of real processes that do nothing, on the test's clock.</summary>
internal sealed class FamilyRun : IDisposable
{
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(5);
    private static readonly UInt128 _build = 42;

    private readonly LoopRun _run = new();
    private readonly DescriptorTable _descriptors = new();
    private readonly List<SpokenChild> _children = [];
    private readonly List<SealedMemory> _payloads = [];

    public FamilyRun(params Role[] roles)
    {
        RoleTable table = new(roles);
        Family = new Family(
            "test",
            _build,
            _run.Loop,
            new Log(new SaidLines(), verbosity: 2),
            new Briefing(table, new DaemonState { Prefork = 1 }),
            new FamilyEvents { AllReady = () => ReadyCount++, OtherBuild = static () => { }, GivenUp = GiveUp, Steer = (request, _) => ValueTask.FromResult(Steer(request)), Judged = static _ => { }, Tried = static _ => { } })
        {
            Spawn = Spawn,
        };
        Array.ForEach(roles, role => Family.Register(role, new User("test", 1, 1, "/"), "/"));
    }

    public Family Family { get; }

    public EventLoop Loop => _run.Loop;

    /// <summary>All that were started, the oldest first.</summary>
    public IReadOnlyList<SpokenChild> Children => _children;

    /// <summary>What escaped so far; taken out by the test that expects it.</summary>
    public IList<Exception> Failures => _run.Failures;

    public Func<SteeringRequest, SteeringAnswer> Steer { get; set; } =
        static request => new SteeringAnswer(request.Generation, request.Number, SteeringOutcome.Done, "");

    /// <summary>So many processes cannot be started from now on, because there are no descriptors.</summary>
    public int FailingStarts { get; set; }

    /// <summary>How often all worked by the configuration.</summary>
    public int ReadyCount { get; private set; }

    public string? GivenUp { get; private set; }

    /// <summary>What the configurations that come into use from now on let a role ask for.</summary>
    public ServiceOnRequest? Service { get; set; }

    /// <summary>The child of that title that was started last.</summary>
    public SpokenChild this[string title] => _children.Last(child => string.Equals(child.Title, title, StringComparison.Ordinal));

    public void Run(Func<ValueTask> scenario) => _run.Run(scenario);

    public void Use(uint generation, params Role[] roles) => Use(generation, transparentRole: null, roles);

    /// <summary>The same, and a role may have sockets with others' addresses.</summary>
    public void Use(uint generation, string? transparentRole, params Role[] roles)
    {
        Dictionary<string, SealedMemory> payloads = roles.ToDictionary(static role => role.Name, _ => SealedMemory.Create("test", "x"u8), StringComparer.Ordinal);
        _payloads.AddRange(payloads.Values);
        LoadedConfiguration loaded = new() { Prefork = 1, Listeners = [], Payloads = payloads, TransparentRole = transparentRole, Service = Service };
        Family.Use(roles, 1, new RunningConfiguration(generation, loaded, [], []) { Root = "/", Descriptors = _descriptors });
    }

    /// <summary>Each child of the configuration says hello.</summary>
    public async ValueTask Gather(params Role[] roles)
    {
        foreach (Role role in roles)
        {
            Greet(role);
        }

        await Pass(TimeSpan.Zero);
    }

    public void Greet(Role role) => this[role.Name].Say(new Hello(0, _build));

    /// <summary>A child says that it works by a configuration.</summary>
    public async ValueTask SayReady(Role role, uint generation)
    {
        this[role.Name].Say(new Ready(generation));
        await Pass(TimeSpan.Zero);
    }

    public ValueTask Pass(TimeSpan time) => _run.Pass(time);

    /// <summary>Lets time pass until it holds; the run has a limit.</summary>
    public async ValueTask Until(Func<bool> holds)
    {
        while (!holds())
        {
            await Pass(_step);
        }
    }

    public void Dispose()
    {
        _children.ForEach(static child => child.Dispose());
        _payloads.ForEach(static payload => payload.Dispose());
        _run.Dispose();
    }

    private void GiveUp(string reason)
    {
        GivenUp = reason;
        Family.Stop(StopPhase.Last, static () => { });
    }

    private ChildProcess? Spawn(SpawnOptions options, out Errno error)
    {
        if (FailingStarts > 0)
        {
            FailingStarts--;
            throw new IOException("no descriptors");
        }

        int descriptor = Libc.fcntl(options.Descriptors[0], Libc.F_DUPFD_CLOEXEC, 0);
        ChildProcess? process = ChildProcess.Spawn(
            options with { File = "/bin/sleep", Arguments = ["1000"], Descriptors = [], Streams = StandardStreams.Null }, out error);
        if (process is not null)
        {
            _children.Add(new SpokenChild(options.Title["test: ".Length..], process, Channel.Adopt(descriptor)));
        }

        return process;
    }
}
