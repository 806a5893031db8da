using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Names;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Passwords;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Notices;
using Sluice.Httpd.Passwords;
using Sluice.Httpd.Serving;
using Sluice.Httpd.Tls;

namespace Sluice.Httpd.Processes;

/// <summary>httpd(8): what it is made of, and what each of its processes does.</summary>
internal sealed class HttpdProgram : DaemonProgram
{
    /// <summary>How long the kernel holds a connection back on which the client says nothing.</summary>
    private static readonly TimeSpan _deferAccept = TimeSpan.FromSeconds(1);

    private readonly Clock _clock = new SystemClock();
    private readonly TicketRings _tickets = new();

    /// <inheritdoc/>
    public override string Name => "httpd";

    /// <inheritdoc/>
    public override string DefaultConfigurationFile => "/etc/httpd.conf";

    /// <inheritdoc/>
    public override RoleTable Roles => Daemon.Privsep.Roles.Httpd;

    /// <inheritdoc/>
    public override LoadedConfiguration? Load(CommandLine commandLine, LoadedConfiguration? running, HostNames names, TextWriter messages)
    {
        Macros macros = Macros.ForGood(commandLine.Macros.Select(macro => (macro.Name, macro.Value)));
        LoadVerbosity verbosity = commandLine.Verbosity > 0 ? LoadVerbosity.Verbose : LoadVerbosity.Normal;
        HostFacts host = new(names.Find);
        using KeyFiles keys = new(running?.Payloads.GetValueOrDefault("keys"), _clock.Utc)
        {
            Comparison = commandLine.Mode == StartMode.Check ? KeyComparison.Here : KeyComparison.InKeysProcess,
        };
        LoadResult<HttpdConfiguration> result =
            HttpdConfigurationLoader.Load(commandLine.ConfigurationFile, macros, host, new TlsFiles(keys), verbosity);
        result.Diagnostics.Print(messages);
        if (result.Configuration is not { } configuration)
        {
            return null;
        }

        if (commandLine is { Mode: StartMode.Check, Verbosity: > 0 })
        {
            Console.Out.Write(ConfigurationText.Print(configuration));
        }

        return Slice(configuration, keys);
    }

    /// <inheritdoc/>
    public override void WarmUp(Role role, Preparation preparation)
    {
        if (preparation.HasFlag(Preparation.Tls))
        {
            TlsWarmUp.Run();
        }
        else if (role.Name is "auth")
        {
            PasswordHash.WarmUp();
            KeyedHash.WarmUp();
        }
    }

    /// <inheritdoc/>
    public override void RunChild(ChildContext context)
    {
        switch (context.Role.Name)
        {
            case "auth":
                AuthProcess.Run(context);
                break;
            case "keys":
                KeysProcess.Run(context);
                break;
            case "logger":
                LoggerProcess.Run(context);
                break;
            case "notifier":
                NotifierProcess.Run(context);
                break;
            case "server":
                ServerProcess.Run(context);
                break;
            default:
                throw new InvalidOperationException($"no configuration starts the role {context.Role.Name} yet");
        }
    }

    private LoadedConfiguration Slice(HttpdConfiguration configuration, KeyFiles keys)
    {
        LogNames logs = LogNames.Of(configuration);
        Dictionary<string, SealedMemory> payloads = new(StringComparer.Ordinal)
        {
            ["logger"] = SealedMemory.Create("logger", LoggerProcess.WriteNames(logs.Files)),
            ["server"] = ForServers(configuration),
        };
        if (NoticeReceivers.Of(configuration) is { All.Count: > 0 } receivers)
        {
            payloads.Add("notifier", SealedMemory.Create("notifier", receivers.Write()));
        }

        PasswordFiles passwords = PasswordFiles.Of(configuration);
        if (passwords.All.Count > 0)
        {
            payloads.Add("auth", SealedMemory.Create("auth", passwords.Write()));
        }

        keys.AddTo(payloads);
        return new LoadedConfiguration
        {
            Prefork = configuration.Prefork,
            Root = Path.GetFullPath(configuration.Chroot),
            Listeners = [.. SocketPlan.Of(configuration).Select(Request)],
            LogFiles = [.. logs.Files.Select(file => LogPath(configuration, file))],
            Payloads = payloads,
            Preparations = Preparations(configuration),
            Reminders = keys.Reminders,
            Files = new FilesOnRequest("auth", [.. passwords.All.Select(path => (ReadOnlyMemory<byte>)Bytes.Of(path))]),
            Supplement = TicketKeys(configuration),
            Source = configuration,
            Watched = new WatchedFiles(CertificateRenewal.Paths(configuration), Renew),
        };
    }

    private static SealedMemory ForServers(HttpdConfiguration configuration) =>
        SealedMemory.Create("server", ConfigurationWire.Write(ConfigurationWire.ForServers(configuration)));

    private Renewal? Renew(FilesChange change)
    {
        using KeyFiles keys = new(change.Running.Payloads.GetValueOrDefault("keys"), _clock.Utc);
        CertificateRenewal renewal = new(change, keys, new HostFacts(static _ => []));
        LoadedConfiguration? withKeys = renewal.HasKeys ? keys.In(change.Running) : null;
        return new Renewal(withKeys, useless => Finish(renewal, useless, withKeys ?? change.Running));
    }

    private LoadedConfiguration? Finish(CertificateRenewal renewal, IReadOnlySet<int> useless, LoadedConfiguration running) =>
        renewal.Finish(useless) is not { } renewed ? null : running with
        {
            Source = renewed,
            Payloads = new Dictionary<string, SealedMemory>(running.Payloads, StringComparer.Ordinal) { ["server"] = ForServers(renewed) },
            Reminders = CertificateRenewal.Reminders(renewed, _clock.Utc),
        };

    /// <summary>The servers of a configuration without TLS, which is the usual one behind a balancer, do without OpenSSL.</summary>
    private static Dictionary<string, Preparation> Preparations(HttpdConfiguration configuration) => new(StringComparer.Ordinal)
    {
        ["keys"] = Preparation.Tls,
        ["server"] = configuration.AllSettings().Aggregate(
            configuration.Servers.Any(static server => server.Tls is not null) ? Preparation.Tls : Preparation.None,
            static (all, settings) => all | PreparationOf(settings)),
    };

    private static Preparation PreparationOf(Settings settings) => settings.FastCgi is not { } application ? Preparation.None
        : application.Host is null ? Preparation.LocalConnections
        : Preparation.RemoteConnections;

    private Supplement? TicketKeys(HttpdConfiguration configuration)
    {
        TimeSpan[] lifetimes =
            [.. configuration.Servers.Select(server => server.Tls?.TicketLifetime ?? TimeSpan.Zero).Where(lifetime => lifetime > TimeSpan.Zero)];
        return lifetimes.Length == 0
            ? null
            : new Supplement("server", TicketRings.Period(lifetimes), now => _tickets.Write(lifetimes, now));
    }

    /// <summary>A log file is below the log directory, whatever its name says (H-LOG-01).</summary>
    private static string LogPath(HttpdConfiguration configuration, string file) =>
        Path.GetFullPath(configuration.LogDirectory) + Path.GetFullPath(Path.Join("/", file));

    private static ListenRequest Request(SocketPlan plan)
    {
        TcpOptions options = plan.Options;
        return new ListenRequest(
            plan.Key,
            plan.EndPoint.ToSocketAddress(),
            new ListenOptions
            {
                // listen(2) with 0 queues nothing on some systems: none configured is our default (D-28).
                Backlog = options.Backlog is > 0 and { } backlog ? backlog : new ListenOptions().Backlog,
                NoDelay = options.NoDelay != Setting.Off,
                DeferAccept = _deferAccept,
                TimeToLive = options.Ttl is > 0 and { } ttl ? ttl : null,
                MinimumTimeToLive = options.MinTtl is > 0 and { } minimum ? minimum : null,
                ReceiveBuffer = options.SocketBuffer,
                SendBuffer = options.SocketBuffer,
            });
    }
}
