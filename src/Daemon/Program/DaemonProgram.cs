using System;
using System.IO;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Names;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Program;

/// <summary>What httpd and relayd are made of: all that this assembly does not know by itself.</summary>
public abstract class DaemonProgram
{
    /// <summary>The program's name, in titles of processes, usage and the system log: <c>httpd</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Where its configuration is unless <c>-f</c> says otherwise: <c>/etc/httpd.conf</c>.</summary>
    public abstract string DefaultConfigurationFile { get; }

    /// <summary>All roles that it has, whether a configuration uses them or not.</summary>
    public abstract RoleTable Roles { get; }

    /// <summary>
    /// Reads and checks the configuration; at start, at each reload, and alone for <c>-n</c> (which may come without
    /// root's rights, and where with <c>-v</c> the expanded configuration is to be written as well).
    /// </summary>
    /// <param name="commandLine">File, macros, verbosity.</param>
    /// <param name="running">What is in use; null at the start.</param>
    /// <param name="names">What names of hosts mean. When some are wanted afterwards nothing else of this counts: it is called again when they are known.</param>
    /// <param name="messages">Gets the diagnostics, a line each; on a terminal or in the log.</param>
    /// <returns>Null when it must not be used; <paramref name="messages"/> then says why and where.</returns>
    public abstract LoadedConfiguration? Load(CommandLine commandLine, LoadedConfiguration? running, HostNames names, TextWriter messages);

    /// <summary>
    /// Makes a configuration out of the one in use: what an operator changes at run time. Only for programs with a role that steers.
    /// </summary>
    /// <param name="commandLine">File, macros, verbosity.</param>
    /// <param name="running">What is in use.</param>
    /// <param name="change">What is to be changed, from the role that steers; the program's own format, and to be mistrusted.</param>
    /// <param name="messages">Gets what is wrong with it, for the operator.</param>
    /// <returns>Null when nothing is changed.</returns>
    public virtual LoadedConfiguration? Amend(
        CommandLine commandLine, LoadedConfiguration running, ReadOnlyMemory<byte> change, TextWriter messages) => null;

    /// <summary>Makes a configuration out of the one in use: what a source of hosts says now. Only for programs with a role that feeds.</summary>
    /// <param name="commandLine">File, macros, verbosity.</param>
    /// <param name="running">What is in use.</param>
    /// <param name="answer">From the role that feeds, which meets the network: a <see cref="HostAnswer"/>, or anything.</param>
    /// <param name="messages">Gets what is wrong with it, or what has become of it; for the log.</param>
    /// <returns><paramref name="running"/> where nothing is new; null where it is not to be used.</returns>
    public virtual LoadedConfiguration? Feed(CommandLine commandLine, LoadedConfiguration running, ReadOnlyMemory<byte> answer, TextWriter messages) => null;

    /// <summary>What the program knows in the parent and a parent of another build has to know as well; empty for nothing.</summary>
    /// <remarks>It is set before the first <see cref="Load"/> of such a parent; what cannot be understood is passed over.</remarks>
    public virtual ReadOnlyMemory<byte> Memory
    {
        get => default;
        set { }
    }

    /// <summary>In the parent, every <see cref="LoadedConfiguration.TickPeriod"/> while a configuration is in use: what has to be done with the parent's rights by what the children write into memory.</summary>
    /// <param name="running">What is in use.</param>
    /// <param name="areas">The memory that all processes share with the first one of the role that writes it, by its name; null where nobody needed it yet.</param>
    /// <param name="log">Where to say it.</param>
    public virtual void Tick(LoadedConfiguration running, Func<string, SharedPages?> areas, Log log)
    {
    }

    /// <summary>In the parent: the daemon ends, and all that <see cref="Tick"/> did to other things than its own is to be taken back.</summary>
    public virtual void End()
    {
    }

    /// <summary>
    /// In a child, before it enters its sandbox: touches what the role will need of assemblies, libraries and files.
    /// </summary>
    /// <param name="role">The role of this process.</param>
    /// <param name="preparation">What the configuration demands beyond that.</param>
    public virtual void WarmUp(Role role, Preparation preparation)
    {
    }

    /// <summary>
    /// In a child, in its sandbox: puts the role to work and returns. The process is ready then; the loop runs it until
    /// <see cref="ChildContext.End"/>, or at once when the parent is gone.
    /// </summary>
    /// <param name="context">What the process was given, and whom to ask to be told of changes.</param>
    public abstract void RunChild(ChildContext context);

    /// <summary>The whole of Main, in whichever process of the daemon this is.</summary>
    /// <param name="arguments">Those of Main.</param>
    /// <returns>The exit status.</returns>
    public int Run(string[] arguments) => Launcher.Run(this, arguments);
}
