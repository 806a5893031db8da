using Sluice.Configuration;
using Sluice.Daemon.Keys;

namespace Sluice.Httpd.Configuration;

/// <summary>
/// What the files of a server's <c>tls</c> lines contain. A certificate or key that is not there costs the listeners, so that a
/// server can come up on port 80 to fetch its first one (H-CONF-35); one that is of no use costs the handshakes (H-TLS-22); the
/// other files are mistakes where they are missing.
/// </summary>
internal static class ServerFiles
{
    /// <summary>Reads them all.</summary>
    /// <param name="server">One with a listener for TLS; it may lose that.</param>
    /// <param name="state">The load.</param>
    public static void Read(ServerDraft server, LoadState state)
    {
        string name = server.Name.Text;
        TlsIdentity? identity = state.TlsFiles.Identify(name, server.Tls, out PairFault fault);
        if (identity is null && !KeepsListeners(server, fault, state))
        {
            return;
        }

        if (identity?.Warning is { } warning)
        {
            state.Diagnostics.Warning(server.End, warning);
        }

        TlsContents contents = identity is null ? new() : new() { Certificate = identity.Certificate, KeyId = identity.KeyId, End = identity.End };
        if (ReadOthers(server, contents, state) is not { } all)
        {
            return;
        }

        ServerTls tls = server.Tls with { Contents = all };
        if (state.TlsFiles.FindFault(tls) is { } unusable)
        {
            state.Diagnostics.Warning(
                server.End, $"server \"{name}\": tls cannot be used: {unusable}", "The handshakes of its tls listeners fail.");
            tls = server.Tls;
        }

        server.Tls = tls;
    }

    private static bool KeepsListeners(ServerDraft server, PairFault fault, LoadState state)
    {
        bool isMissing = fault.Kind == PairFaultKind.Missing;
        state.Diagnostics.Warning(
            server.End,
            $"server \"{server.Name.Text}\": failed to load public/private keys",
            isMissing ? $"{fault.Text}: its tls listeners stay closed." : $"{fault.Text}: its handshakes fail.");
        if (isMissing)
        {
            _ = server.Listens.RemoveAll(listen => listen.Tls);
        }

        return !isMissing;
    }

    /// <summary>Null where one is missing.</summary>
    private static TlsContents? ReadOthers(ServerDraft server, TlsContents contents, LoadState state)
    {
        string name = server.Name.Text;
        if (server.Tls.Client is { } client)
        {
            byte[]? authorities = state.Host.Read(client.Authorities);
            byte[]? revocations = client.Revocations is null ? null : state.Host.Read(client.Revocations);
            if (authorities is null || (revocations is null && client.Revocations is not null))
            {
                Error(
                    state,
                    $"server \"{name}\": failed to load {(authorities is null ? "ca cert(s)" : "crl(s)")}",
                    authorities is null ? client.Authorities : client.Revocations!);
                return null;
            }

            // Nothing else that is in these files, such as a key, goes to the servers.
            contents = contents with { Authorities = CertificateText.Certificates(authorities), Revocations = revocations is null ? "" : CertificateText.RevocationLists(revocations) };
        }

        if (server.Tls.Ocsp is not { } ocsp)
        {
            return contents;
        }

        string? staple = Text(ocsp, state);
        if (staple is null)
        {
            bool isFirst = server.Listens[0].Tls;
            Error(state, isFirst ? $"server \"{name}\": failed to load ocsp staple" : $"failed to load ocsp staple for server {name}", ocsp);
            return null;
        }

        if (staple.Length == 0)
        {
            state.Diagnostics.Warning(server.End, $"server \"{name}\": ocsp staple {ocsp} is empty and ignored");
        }

        return contents with { Ocsp = staple };
    }

    private static string? Text(string path, LoadState state) => state.Host.Read(path) is { } bytes ? Bytes.Text(bytes) : null;

    private static void Error(LoadState state, string message, string path) =>
        state.Diagnostics.Error(state.Reader.Here, message, $"{path} cannot be read.");
}
