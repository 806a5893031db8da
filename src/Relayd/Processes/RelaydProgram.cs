using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Program;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Processes;

/// <summary>relayd(8): what it is made of.</summary>
internal sealed class RelaydProgram : DaemonProgram
{
    /// <inheritdoc/>
    public override string Name => "relayd";

    /// <inheritdoc/>
    public override string DefaultConfigurationFile => "/etc/relayd.conf";

    /// <inheritdoc/>
    public override RoleTable Roles => Daemon.Privsep.Roles.Relayd;

    /// <inheritdoc/>
    public override LoadedConfiguration? Load(CommandLine commandLine, LoadedConfiguration? running, TextWriter messages)
    {
        LoadVerbosity verbosity = commandLine.Verbosity > 0 ? LoadVerbosity.Verbose : LoadVerbosity.Normal;
        Macros macros = Macros.ForGood(commandLine.Macros.Select(macro => (macro.Name, macro.Value)));
        LoadResult<RelaydConfiguration> result = RelaydConfigurationLoader.Load(commandLine.ConfigurationFile, macros, new HostFacts(), verbosity);
        result.Diagnostics.Print(messages);
        Tell(result.Configuration, commandLine, running, messages);
        return result.Configuration is not { } configuration ? null : new LoadedConfiguration
        {
            Prefork = configuration.Prefork,
            Listeners = [],
            Payloads = new Dictionary<string, SealedMemory>(StringComparer.Ordinal),
        };
    }

    /// <summary>What was understood, to those who ask: the whole of it with -n -v, and at start with -vv the protocols.</summary>
    private static void Tell(RelaydConfiguration? configuration, CommandLine commandLine, LoadedConfiguration? running, TextWriter messages)
    {
        if (configuration is null)
        {
            return;
        }

        if (commandLine is { Mode: StartMode.Check, Verbosity: > 0 })
        {
            Console.Out.Write(ConfigurationText.Print(configuration));
        }
        else if (commandLine.Verbosity > 1 && running is null)
        {
            messages.Write(ConfigurationText.PrintProtocols(configuration));
        }
    }

    /// <inheritdoc/>
    public override void RunChild(ChildContext context) =>
        throw new InvalidOperationException($"no configuration starts the role {context.Role.Name} yet");
}
