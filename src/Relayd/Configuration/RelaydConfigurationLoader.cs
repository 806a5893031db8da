using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Relayd.Configuration.Grammar;

namespace Sluice.Relayd.Configuration;

/// <summary>From the text of relayd.conf(5) to its records.</summary>
internal static class RelaydConfigurationLoader
{
    /// <summary>Reads a file and everything that it includes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="macros">Those of the command line; the file's own are added.</param>
    /// <param name="host">What the configuration asks of the host.</param>
    /// <param name="tlsFiles">Reads certificates and keys.</param>
    /// <param name="verbosity">How much to tell.</param>
    public static LoadResult<RelaydConfiguration> Load(string path, Macros macros, IHostFacts host, IRelayTlsFiles tlsFiles, LoadVerbosity verbosity)
    {
        Diagnostics diagnostics = new();
        if (SourceText.Open(path, host, diagnostics) is not { } source)
        {
            return new(Configuration: null, diagnostics);
        }

        TokenReader reader = new(new Lexer(source, RelaydKeywords.All, macros, host, diagnostics), diagnostics);
        LoadState state = new(reader, macros, host, tlsFiles, diagnostics);
        new RelaydGrammar(state).File();
        if (diagnostics.Errors == 0)
        {
            WholeFileChecks.Run(state, new Position(source, 0, -1));
        }

        if (verbosity == LoadVerbosity.Verbose)
        {
            macros.WarnOfUnused(diagnostics);
        }

        return new(diagnostics.Errors == 0 ? Resolve(state) : null, diagnostics);
    }

    private static RelaydConfiguration Resolve(LoadState state)
    {
        ResolvedRules rules = new(state);
        List<Protocol> protocols = state.Protocols.ConvertAll(protocol => protocol.Resolve(rules));
        return Resolve(state, protocols) with { Tags = [.. rules.Tags], Labels = [.. rules.Labels] };
    }

    // Hosts are checked as strictly as they are used.
    private static Authorities? AuthoritiesOf(Table table, LoadState state, List<Protocol> protocols) => state.Relays
        .Where(relay => relay is { Forward.Tls: true, ProtocolId: > 0 } && relay.Forward.Tables.AsSpan().ToArray().Any(use => use.TableId == table.Id))
        .Select(relay => AuthoritiesOf(relay, protocols[relay.ProtocolId - 1]))
        .FirstOrDefault(static authorities => authorities is not null);

    private static Authorities? AuthoritiesOf(Relay relay, Protocol protocol) =>
        !protocol.Inspects(relay) ? protocol.Tls.HostAuthorities
        : protocol.Tls.InspectsInvalid ? null
        : protocol.Tls.Inspecting!.Hosts;

    private static RelaydConfiguration Resolve(LoadState state, List<Protocol> protocols) => new()
    {
        Interval = state.Global.Interval,
        Timeout = state.Global.Timeout,
        Prefork = state.Global.Prefork,
        Socket = state.Global.Socket,
        AgentX = state.Global.AgentX,
        Log = state.Global.Log,
        TrustedProxies = [.. state.TrustedProxies],
        Tables = [.. state.Tables.All.Select(table => table with { Authorities = AuthoritiesOf(table, state, protocols) })],
        Redirects = [.. state.Redirects],
        Protocols = [.. protocols],
        Relays = [.. state.Relays],
        Routers = [.. state.Routers],
    };
}
