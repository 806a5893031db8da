using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.IO;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Names;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Program;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Text;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Failover;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Relayd.Routers;
using Sluice.Relayd.Tls;

namespace Sluice.Relayd.Processes;

/// <summary>relayd(8): what it is made of, and what each of its processes does.</summary>
internal sealed class RelaydProgram : DaemonProgram
{
    // Log.Debug speaks from here on: relayd has two levels, of which -v is the higher.
    private const int Verbose = 2;

    // How often demotions are counted: where there are any, and to take back those of a daemon that was killed.
    private static readonly TimeSpan _often = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _seldom = TimeSpan.FromSeconds(1);

    private readonly Clock _clock = new SystemClock();
    private readonly TicketSecrets _tickets;
    private readonly Demotions _demotions = new();
    private readonly Places _places = new(HealthBoard.Places, RelayBoard.Places);
    private DemotionFiles? _demotionFiles;

    // Whether pfe has, or had, routes to look after: those that no router wants any more are taken away by it, also what an earlier daemon left.
    private bool _keepsRoutes;

    public RelaydProgram()
    {
        _tickets = new TicketSecrets(_clock);
    }

    /// <inheritdoc/>
    public override string Name => "relayd";

    /// <inheritdoc/>
    public override string DefaultConfigurationFile => "/etc/relayd.conf";

    /// <inheritdoc/>
    public override RoleTable Roles => Daemon.Privsep.Roles.Relayd;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Memory
    {
        get => _places.Write();
        set => _places.Read(value.Span);
    }

    /// <inheritdoc/>
    public override LoadedConfiguration? Load(CommandLine commandLine, LoadedConfiguration? running, HostNames names, TextWriter messages)
    {
        LoadVerbosity verbosity = commandLine.Verbosity > 0 ? LoadVerbosity.Verbose : LoadVerbosity.Normal;
        Macros macros = Macros.ForGood(commandLine.Macros.Select(macro => (macro.Name, macro.Value)));
        IHostFacts host = new HostFacts(names.Find);
        if (commandLine.ConfigurationText is { } text)
        {
            host = new GivenFile(host, commandLine.ConfigurationFile, text);
        }

        using KeyFiles keys = new(running?.Payloads.GetValueOrDefault("keys"), _clock.Utc)
        {
            Comparison = commandLine.Mode == StartMode.Check ? KeyComparison.Here : KeyComparison.InKeysProcess,
        };
        LoadResult<RelaydConfiguration> result =
            RelaydConfigurationLoader.Load(commandLine.ConfigurationFile, macros, host, new RelayTlsFiles(keys), verbosity);
        result.Diagnostics.Print(messages);
        RelaydConfiguration? moved = result.Configuration is { } read ? MovedHosts.First(read, running?.Source as RelaydConfiguration, names, messages) : null;
        if (names.Wanted.Count > 0 || moved is not { } configuration)
        {
            return null;
        }

        Tell(configuration, commandLine, running, messages);
        return commandLine.Mode == StartMode.Check
            ? ForCheck(configuration)
            : Use(commandLine, configuration, messages, keys.AddTo) is { } loaded
            ? loaded with { Reminders = keys.Reminders }
            : null;
    }

    /// <inheritdoc/>
    public override LoadedConfiguration? Amend(CommandLine commandLine, LoadedConfiguration running, ReadOnlyMemory<byte> change, TextWriter messages)
    {
        string refusal = "not understood";
        if (Amendment.Read(change.Span)?.Change((RelaydConfiguration)running.Source!, out refusal) is { } configuration)
        {
            return UseAfter(commandLine, running, configuration, messages);
        }

        messages.WriteLine(refusal);
        return null;
    }

    /// <inheritdoc/>
    public override LoadedConfiguration? Feed(CommandLine commandLine, LoadedConfiguration running, ReadOnlyMemory<byte> answer, TextWriter messages)
    {
        RelaydConfiguration before = (RelaydConfiguration)running.Source!;
        string refusal = "the resolver sent what is no answer";
        if (HostMessages.ReadAnswer(answer.Span) is not { Failure.Length: 0 } said || MovedHosts.With(before, said.Source, said.Hosts, out refusal) is not { } after)
        {
            messages.WriteLine(refusal);
            return null;
        }

        if (ReferenceEquals(after, before))
        {
            return running;
        }

        return UseAfter(commandLine, running, after, messages) is { } loaded ? loaded with { Remark = MovedHosts.Describe(before, after, said.Source) } : null;
    }

    /// <summary>What follows the configuration in use without having been read: certificates are those that were read, and so are their keys.</summary>
    private LoadedConfiguration? UseAfter(CommandLine commandLine, LoadedConfiguration running, RelaydConfiguration configuration, TextWriter messages)
    {
        SealedMemory? keys = running.Payloads.GetValueOrDefault("keys");
        return Use(commandLine, configuration, messages, payloads => AddCopy(payloads, keys)) is { } loaded
            ? loaded with { Reminders = [.. running.Reminders.Where(reminder => reminder.Due > _clock.Utc)] }
            : null;
    }

    /// <inheritdoc/>
    public override void Tick(LoadedConfiguration running, Func<string, SharedPages?> areas, Log log)
    {
        RelaydConfiguration configuration = (RelaydConfiguration)running.Source!;
        if (areas(Daemon.Privsep.Roles.Health.Name) is { } health)
        {
            _demotionFiles ??= new DemotionFiles(configuration.Socket, log);
            _demotionFiles.Write(_demotions.Count(configuration, new HealthBoard(health)));
        }
    }

    /// <inheritdoc/>
    public override void End() => _demotionFiles?.Write(ReadOnlyDictionary<string, int>.Empty);

    /// <inheritdoc/>
    public override void WarmUp(Role role, Preparation preparation)
    {
        switch (role.Name)
        {
            case "hce":
                HealthProcess.WarmUp(preparation);
                break;
            case "keys":
                TlsWarmUp.Run();
                break;
            case "pfe":
                PacketFilterProcess.WarmUp();
                break;
            case "relay":
                RelayProcess.WarmUp(preparation);
                break;
            case "resolver":
                HostFeeds.WarmUp();
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public override void RunChild(ChildContext context)
    {
        switch (context.Role.Name)
        {
            case "control":
                ControlProcess.Run(context);
                break;
            case "hce":
                HealthProcess.Run(context);
                break;
            case "keys":
                KeysProcess.Run(context);
                break;
            case "pfe":
                PacketFilterProcess.Run(context);
                break;
            case "relay":
                RelayProcess.Run(context);
                break;
            case "resolver":
                HostFeeds.Run(context);
                break;
            case "script":
                ScriptProcess.Run(context);
                break;
            default:
                throw new InvalidOperationException($"no configuration starts the role {context.Role.Name} yet");
        }
    }

    /// <summary>What was understood, to those who ask: the whole of it with -n -v, and at start with -vv the protocols.</summary>
    private static void Tell(RelaydConfiguration configuration, CommandLine commandLine, LoadedConfiguration? running, TextWriter messages)
    {
        if (commandLine is { Mode: StartMode.Check, Verbosity: > 0 })
        {
            Console.Out.Write(ConfigurationText.Print(configuration));
        }
        else if (commandLine.Verbosity > 1 && running is null)
        {
            messages.Write(ConfigurationText.PrintProtocols(configuration));
        }
    }

    private static LoadedConfiguration ForCheck(RelaydConfiguration configuration) => new()
    {
        Prefork = configuration.Prefork,
        Listeners = [],
        Payloads = new Dictionary<string, SealedMemory>(StringComparer.Ordinal),
    };

    private LoadedConfiguration? Use(
        CommandLine commandLine, RelaydConfiguration configuration, TextWriter messages, Action<IDictionary<string, SealedMemory>> addKeys)
    {
        if ((NotRunnable.WhyNot(configuration) ?? TransparencyChecks.WhyNot(configuration)) is { } reason)
        {
            messages.WriteLine(reason);
            return null;
        }

        _keepsRoutes = _keepsRoutes || LeftRoutes.AreThere();
        foreach (string warning in ForwardingChecks.Warnings(configuration, ForwardingChecks.Read).Concat(TransparencyChecks.Warnings(configuration, TransparencyChecks.IsRouted)))
        {
            messages.WriteLine(warning);
        }

        if (_places.Give(HashKeys.Draw(WithLogOf(commandLine, configuration))) is not { } placed)
        {
            messages.WriteLine($"too many hosts, tables and redirections: {HealthBoard.Places} in the life of the daemon, and {RelayBoard.Places} relays");
            return null;
        }

        return Slice(commandLine, placed, addKeys);
    }

    private static void AddCopy(IDictionary<string, SealedMemory> payloads, SealedMemory? keys)
    {
        if (keys is not null)
        {
            payloads.Add("keys", keys.Duplicate());
        }
    }

    /// <summary>In the foreground changes of state are logged, as by OpenBSD's relayd (R-CONF-25).</summary>
    private static RelaydConfiguration WithLogOf(CommandLine commandLine, RelaydConfiguration configuration) => commandLine.Mode == StartMode.Foreground
        ? configuration with { Log = configuration.Log with { StateChanges = true } }
        : configuration;

    private LoadedConfiguration Slice(
        CommandLine commandLine, RelaydConfiguration configuration, Action<IDictionary<string, SealedMemory>> addKeys)
    {
        Dictionary<string, SealedMemory> payloads = new(StringComparer.Ordinal)
        {
            ["control"] = Payload("control", ConfigurationWire.ForControl(configuration)),
        };
        if (configuration.Tables.Count > 0)
        {
            payloads.Add("hce", Payload("hce", ConfigurationWire.ForHealth(configuration)));
        }

        if (configuration.Tables.Any(table => table.Check is ScriptCheck))
        {
            payloads.Add("script", Payload("script", ConfigurationWire.ForHealth(configuration)));
        }

        _keepsRoutes |= configuration.Routers.Count > 0;
        if (configuration.Redirects.Count > 0 || _keepsRoutes)
        {
            payloads.Add("pfe", Payload("pfe", ConfigurationWire.ForPacketFilter(configuration)));
        }

        if (configuration.Relays.Count > 0)
        {
            payloads.Add("relay", Payload("relay", ConfigurationWire.ForRelays(configuration)));
        }

        if (MovedHosts.Sources(configuration) is { Count: > 0 } sources)
        {
            payloads.Add("resolver", SealedMemory.Create("resolver", HostMessages.Write(sources)));
        }

        addKeys(payloads);
        return new LoadedConfiguration
        {
            Prefork = configuration.Prefork,
            Listeners = RelaySockets.Of(configuration),
            Payloads = payloads,
            Preparations = new Dictionary<string, Preparation>(StringComparer.Ordinal)
            {
                ["hce"] = HealthProcess.PreparationFor(configuration),
                ["keys"] = Preparation.Tls,
                ["relay"] = RelayProcess.PreparationFor(configuration),
            },
            Descriptors = [.. Descriptors(configuration)],
            Verbosity = commandLine.Verbosity > 0 || configuration.Log.Level == LogLevel.Verbose ? Verbose : 0,
            Source = configuration,
            TransparentRole = configuration.Relays.Any(static relay => relay.Forward.IsTransparent) ? "relay" : null,
            Service = configuration.AgentX is { } agentX ? new ServiceOnRequest("control", agentX.Path) : null,
            Watched = new WatchedFiles(CertificateRenewal.Paths(configuration), Renew),
            Supplement = _tickets.For(configuration),
            TickPeriod = configuration.Tables.Any(static table => table.DemotionGroup is not null) ? _often : _seldom,
        };
    }

    private Renewal? Renew(FilesChange change)
    {
        using KeyFiles keys = new(change.Running.Payloads.GetValueOrDefault("keys"), _clock.Utc);
        CertificateRenewal renewal = new(change, keys, new HostFacts(static _ => []));
        LoadedConfiguration? withKeys = renewal.HasKeys ? keys.In(change.Running) : null;
        return new Renewal(withKeys, useless => Finish(renewal, useless, withKeys ?? change.Running, change));
    }

    private LoadedConfiguration? Finish(CertificateRenewal renewal, IReadOnlySet<int> useless, LoadedConfiguration running, FilesChange change)
    {
        RelaydConfiguration? renewed = renewal.Finish(useless);
        if (!_tickets.Renew(change) && renewed is null)
        {
            return null;
        }

        RelaydConfiguration configuration = renewed ?? (RelaydConfiguration)running.Source!;
        running = running with { Source = configuration, Supplement = _tickets.For(configuration) };
        return renewed is null ? running : running with
        {
            Payloads = new Dictionary<string, SealedMemory>(running.Payloads, StringComparer.Ordinal)
            {
                ["control"] = Payload("control", ConfigurationWire.ForControl(renewed)),
                ["relay"] = Payload("relay", ConfigurationWire.ForRelays(renewed)),
            },
            Reminders = CertificateRenewal.Reminders(renewed, _clock.Utc),
        };
    }

    private static SealedMemory Payload(string role, RelaydConfiguration slice) => SealedMemory.Create(role, ConfigurationWire.Write(slice));

    private static IEnumerable<DescriptorRequest> Descriptors(RelaydConfiguration configuration)
    {
        yield return new DescriptorRequest("control", "control", (out failure) => OpenControl(configuration.Socket, out failure));
        foreach (AddressKind kind in HealthProcess.EchoFamilies(configuration))
        {
            yield return new DescriptorRequest("hce", kind == AddressKind.IPv6 ? "icmp6" : "icmp", (out failure) => OpenEcho(kind, out failure));
        }
    }

    private static LocalListener? OpenControl(string path, out string failure)
    {
        Errno error = LocalListener.Open(path, out LocalListener? listener);
        failure = error switch
        {
            Errno.None => "",
            Errno.AddressInUse => $"control socket {path} is in use: is another relayd running? 'relayctl -s {path} show summary' asks it; socket \"...\" names another one",
            _ => $"control socket {path}: {error.Describe()}",
        };
        return listener;
    }

    private static KeptSocket? OpenEcho(AddressKind kind, out string failure)
    {
        Errno error = EchoSocket.Open(kind, out int descriptor);
        failure = error == Errno.None ? "" : $"check icmp: a raw socket cannot be opened: {error.Describe()}";
        return error == Errno.None ? new KeptSocket(descriptor) : null;
    }
}
