using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Names;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>What must hold of a relay as a whole. It is reported where its block ends.</summary>
internal sealed class RelayChecks(LoadState state)
{
    private readonly CertificateFinder _certificates = new(state.Host);
    private readonly InspectionChecks _inspection = new(state);

    /// <summary>Whether a complete block makes relays.</summary>
    public bool Accept(RelayDraft draft)
    {
        ForwardDraft forward = draft.Forward;
        if (draft.Listeners.Count == 0)
        {
            return Refuse($"relay {draft.Name} has no listener", "Write: listen on ... port ...");
        }

        if (forward is { HasDestination: true, HasNatLookup: true })
        {
            return Refuse($"relay {draft.Name} with conflicting nat lookup and peer options", "Forward either to destination or to nat lookup.");
        }

        if (forward is { HasDestination: false, HasNatLookup: false, Address: null, Tables.Count: 0 })
        {
            return Refuse($"relay {draft.Name} has no target, rdr, or table", "Write: forward to <name> port ...");
        }

        if (draft.Protocol?.Type == ProtocolType.Dns && (forward.Tls || draft.Listeners.Exists(listener => listener.Tls)))
        {
            return Refuse("tls over udp is not supported", "Leave tls out of the relay.");
        }

        if (draft.Protocol?.Type == ProtocolType.Dns && draft.Listeners.Exists(listener => listener.ProxyProtocol))
        {
            return Refuse("proxy-protocol over udp is not supported", "Leave proxy-protocol out of the relay.");
        }

        if (draft.Listeners.Exists(static listener => listener.Tls) && (draft.Protocol?.Rules.All() ?? []).Any(static rule => rule.ServerName is not null))
        {
            return Refuse(
                $"relay {draft.Name} with tls and rules with sni",
                "sni looks into TLS that goes through to the hosts, and does not see what ends here: leave tls out of listen, or take a protocol without sni.");
        }

        if (draft.Protocol is { Type: ProtocolType.Http, Http.Reuse: true } && (forward.IsTransparent || forward.ProxyProtocol != 0))
        {
            return Refuse(
                $"relay {draft.Name} with http reuse and {(forward.IsTransparent ? "transparent" : "proxy-protocol")}",
                "A connection that serves several clients cannot tell its host of one: leave one of the two out.");
        }

        WarnOfTables(draft);
        return FindAuthorities(draft);
    }

    /// <summary>Whether no relay has its name or its address.</summary>
    public bool IsNew(Relay relay)
    {
        bool isTwice = state.Relays.Exists(other =>
            string.Equals(other.Name, relay.Name, StringComparison.Ordinal) || (other.Listen.Equals(relay.Listen) && TakesDatagrams(other) == TakesDatagrams(relay)));
        return !isTwice || Refuse($"relay {relay.Name} or listener defined twice", $"Another relay above has this name, or listens on {relay.Listen}.");
    }

    /// <summary>Gives a relay its certificates; false, with a message, where it could not speak TLS with them.</summary>
    public bool FindCertificates(RelayDraft draft, ref Relay relay)
    {
        RelayTls tls = draft.Protocol?.Tls.Options ?? RelayTls.Default;
        List<CertificateFiles> found = [];
        if (tls.Keypairs.Count == 0
            && !TryAdd(found, relay, new Keypair(relay.Listen.Address.ToString()), $"cannot load certificates for relay {relay.Name}"))
        {
            return false;
        }

        if (tls.TicketFile is not null && state.TlsFiles.FindTicketFault(tls.TicketFile) is { } reason)
        {
            return Refuse($"cannot load the secret of session tickets for relay {relay.Name}", reason);
        }

        foreach (Keypair keypair in tls.Keypairs)
        {
            if (!TryAdd(found, relay, keypair, $"cannot load keypair {keypair.Name} for relay {relay.Name}"))
            {
                return false;
            }
        }

        relay = relay with { Certificates = [.. found], ClientAuthorities = Read(tls.ClientCa, tls.ClientRevocations) };
        return state.TlsFiles.FindFault(relay, tls) is not { } fault
            || Refuse($"tls cannot be used by relay {relay.Name}: {fault}", "All its handshakes would fail.");
    }

    private bool TryAdd(List<CertificateFiles> found, Relay relay, Keypair keypair, string message)
    {
        if (_certificates.Find(keypair, relay.Listen.Port) is not { } files)
        {
            return Refuse(message, Expected(keypair, relay));
        }

        if (state.TlsFiles.Identify(relay.Name, files, out PairFault fault) is not { } identity)
        {
            return Refuse(message, fault.Kind == PairFaultKind.Missing ? $"{fault.Text}. {Expected(keypair, relay)}" : $"{fault.Text}.");
        }

        if (identity.Warning is { } warning)
        {
            state.Reader.Warning(warning);
        }

        found.Add(files with { Chain = identity.Certificate, KeyId = identity.KeyId, End = identity.End });
        return true;
    }

    private static string Expected(Keypair keypair, Relay relay)
    {
        string port = relay.Listen.Port.ToString(CultureInfo.InvariantCulture);
        string certificate = keypair.Certificate ?? $"{CertificateFinder.Certificates}{keypair.Name}.crt or {keypair.Name}:{port}.crt";
        string key = keypair.Key ?? $"{CertificateFinder.Keys}{keypair.Name}.key or {keypair.Name}:{port}.key";
        return $"Certificate and key are read from {certificate}, and {key}; other paths are named by tls keypair in the protocol.";
    }

    /// <summary>Files of authorities are read by the relays that need them only.</summary>
    private bool FindAuthorities(RelayDraft draft)
    {
        RelayTls tls = draft.Protocol?.Tls.Options ?? RelayTls.Default;
        bool listensTls = draft.Listeners.Exists(listener => listener.Tls);
        (string? Path, bool IsNeeded)[] files =
        [
            (tls.CaFile, draft.Forward.Tls),
            (tls.CaRevocations, draft.Forward.Tls),
            (tls.CaCertificate, draft.Forward.Tls),
            (tls.ClientCa, listensTls),
            (tls.ClientRevocations, listensTls),
        ];
        foreach ((string? path, bool isNeeded) in files)
        {
            if (isNeeded && path is not null && state.Host.Read(path) is null)
            {
                return RefuseFile(draft, path);
            }
        }

        if (draft.Forward.Tls && tls.CaKey is { } key && !state.TlsFiles.CanRead(key.Path))
        {
            return RefuseFile(draft, key.Path);
        }

        if (draft is { Forward.Tls: true, Protocol: not null } && tls.CaFile is not null)
        {
            tls = tls with { HostAuthorities = Read(tls.CaFile, tls.CaRevocations) };
            draft.Protocol.Tls.Options = tls;
        }

        if (InspectionChecks.Inspects(draft))
        {
            // Clients see the names of hosts, and verify them.
            if (!_inspection.TryFind(draft, ref tls))
            {
                return false;
            }

            draft.Protocol!.Tls.Options = tls;
        }
        else if (draft is { Forward.Tls: true, Protocol: not null } && tls.CaFile is not null)
        {
            WarnOfNames(draft);
        }

        return !draft.Forward.Tls
            || state.TlsFiles.FindHostFault(tls) is not { } fault
            || Refuse($"tls cannot be used by relay {draft.Name} towards hosts: {fault}", "All its handshakes would fail.");
    }

    private bool RefuseFile(RelayDraft draft, string path) => Refuse($"cannot load certificates for relay {draft.Name}", $"{path} cannot be read.");

    private Authorities? Read(string? certificates, string? revocationLists) => certificates is null ? null
        : Authorities.In(state.Host.Read(certificates) ?? [], revocationLists is null ? null : state.Host.Read(revocationLists) ?? []);

    /// <summary>The certificates of hosts that are known by their addresses may have any name (D-43).</summary>
    private void WarnOfNames(RelayDraft draft)
    {
        IEnumerable<Host> hosts = draft.Forward.Tables.SelectMany(use => state.Tables.All[use.TableId - 1].Hosts.AsSpan().ToArray());
        string? address = hosts.FirstOrDefault(static host => host.HostName is null)?.Name ?? Files(draft) ?? (draft.Forward.HostName is null ? draft.Forward.Address?.Address.ToString() : null);
        if (address is not null)
        {
            state.Reader.Warning(
                $"relay {draft.Name} does not verify the name of {address}", "Its certificate may have any name that an authority of ca file has signed; write the host by its name to have that verified.");
        }
    }

    private string? Files(RelayDraft draft) => draft.Forward.Tables.SelectMany(use => state.Tables.All[use.TableId - 1].Sources.AsSpan().ToArray())
        .FirstOrDefault(static source => source.Source.Kind == HostSourceKind.File) is { } file ? $"hosts of {file.Source.Text}" : null;

    /// <summary>A rule that sends to a table of which the relay knows nothing has no effect (R-FILTER-09).</summary>
    private void WarnOfTables(RelayDraft draft)
    {
        foreach (Rule rule in draft.Protocol?.Rules.All() ?? [])
        {
            if (rule.ForwardTo is { } name && !draft.Forward.Tables.Exists(use => string.Equals(state.Tables.All[use.TableId - 1].Definition, name, StringComparison.Ordinal)))
            {
                state.Reader.Warning($"relay {draft.Name} does not forward to <{name}>, as a rule of its protocol wants", $"Write into the relay: forward to <{name}> port ...");
            }
        }
    }

    /// <summary>Those of connections and those of datagrams have ports of their own.</summary>
    private bool TakesDatagrams(Relay relay) => state.Protocols.Find(protocol => protocol.Id == relay.ProtocolId)?.Type == ProtocolType.Dns;

    private bool Refuse(string message, string remedy)
    {
        state.Reader.Error(message, remedy);
        return false;
    }
}
