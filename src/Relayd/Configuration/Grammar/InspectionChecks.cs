using System.Linq;

using Sluice.Daemon.Keys;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>What must hold of a relay that inspects (R-TLS-30, R-TLS-31).</summary>
internal sealed class InspectionChecks(LoadState state)
{
    // Those of Debian, Fedora and OpenBSD.
    private static readonly string[] _systemAuthorities = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

    /// <summary>Whether a relay inspects.</summary>
    public static bool Inspects(RelayDraft draft) => draft is { Forward.Tls: true, Protocol.Tls.Options: { CaCertificate: not null, CaKey: not null } }
        && draft.Listeners.Exists(static listener => listener.Tls);

    /// <summary>Finds what a relay inspects with; false, with a message, where it could not.</summary>
    /// <param name="draft">One that inspects.</param>
    /// <param name="tls">The options of its protocol, in which it is put.</param>
    public bool TryFind(RelayDraft draft, ref RelayTls tls)
    {
        TlsIdentity? identity = state.TlsFiles.IdentifyAuthority(draft.Name, tls.CaCertificate!, tls.CaKey!, out PairFault fault);
        if (identity is null)
        {
            return Refuse(draft, $"{fault.Text}.");
        }

        if (identity.Warning is { } warning)
        {
            state.Reader.Warning(warning);
        }

        if (!identity.IsAuthority)
        {
            state.Reader.Warning($"{tls.CaCertificate} is not the certificate of an authority", "No client accepts what it has issued: ca cert wants one with CA:TRUE.");
        }

        if ((tls.HostAuthorities ?? SystemAuthorities()) is not { } authorities)
        {
            return Refuse(draft, $"There is no {_systemAuthorities[0]} to verify hosts with: name a file with tls ca file.");
        }

        tls = tls with { Inspecting = new Inspecting(identity.Certificate, identity.KeyId, authorities) { End = identity.End } };
        WarnOfRules(draft);
        return true;
    }

    private Authorities? SystemAuthorities() =>
        _systemAuthorities.Select(state.Host.Read).FirstOrDefault(static content => content is not null) is { } found ? Authorities.In(found, revocationLists: null) : null;

    // The client has seen a certificate before its request is there.
    private void WarnOfRules(RelayDraft draft)
    {
        if (draft.Protocol is { Type: ProtocolType.Http } protocol && protocol.Rules.All().FirstOrDefault(static rule => rule.ForwardTo is not null) is { } rule)
        {
            state.Reader.Warning(
                $"relay {draft.Name} does not forward to <{rule.ForwardTo}>, as a rule of its protocol wants",
                "A relay that inspects chooses its host before the request is there.");
        }
    }

    private bool Refuse(RelayDraft draft, string remedy)
    {
        state.Reader.Error($"cannot load certificates for relay {draft.Name}", remedy);
        return false;
    }
}
