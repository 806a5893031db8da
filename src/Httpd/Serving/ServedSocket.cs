using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Tls;
using Sluice.Http.Messages;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Processes;
using Sluice.Httpd.Tls;

namespace Sluice.Httpd.Serving;

/// <summary>A listening socket under one configuration.</summary>
/// <remarks>A session that began under it asks for the current one before each request (D-32). When a reload removes
/// the listener, its connections are served to their end by what was configured last.</remarks>
internal sealed class ServedSocket(Worker worker, ServedConfiguration configuration, string key, ServerSelector selector)
{
    /// <summary>The configuration.</summary>
    public uint Generation => configuration.Generation;

    /// <summary>Whether its connections begin with a PROXY header.</summary>
    public bool IsProxied { get; init; }

    /// <summary>Who it is towards its clients; null where they speak plain HTTP, or where their handshakes fail.</summary>
    public TlsContext? Tls { get; private set; }

    /// <summary>What a connection had to do before its first request.</summary>
    public required Demands Demands { get; init; }

    /// <summary>What <see cref="Tls"/> was made of.</summary>
    private IReadOnlyList<ServerTls> Shown { get; set; } = [];

    /// <summary>Whose word about clients is believed; null for nobody's.</summary>
    public AddressSet? TrustedProxies => configuration.TrustedProxies;

    /// <summary>Its hosts.</summary>
    public ServerSelector Selector => selector;

    /// <summary>The same socket under the newest configuration that has it.</summary>
    public ServedSocket Current =>
        configuration == worker.Configuration ? this : worker.Configuration.Find(key) ?? this;

    /// <summary>Whoever connects from now on is shown the certificates of a plan, where they are others than before (D-46). Where they are of no use, nothing changes.</summary>
    public void Show(SocketPlan plan)
    {
        ServerTls[] shown = [.. plan.Hosts.Select(static host => host.Server.Tls!).Distinct()];
        if (!plan.IsTls || shown.SequenceEqual(Shown))
        {
            return;
        }

        Shown = shown;
        TlsContext? made = worker.Tls.Make(key, TlsTranslation.Certificates(plan, worker.Tls));
        if (made is not null)
        {
            worker.Tls.Retire(Tls, other: null);
            Tls = made;
        }
    }
}

/// <summary>What a connection has to do before its first request. One that did something else than is demanded now is served no further.</summary>
/// <param name="IsTls">It speaks TLS.</param>
/// <param name="VerifiesClients">It asks clients for certificates.</param>
/// <param name="Authorities">Of whom these are; PEM text.</param>
/// <param name="Revocations">And which are revoked; PEM text.</param>
/// <param name="IsOptional">A client may come without.</param>
internal sealed record Demands(
    bool IsTls, bool VerifiesClients = false, string Authorities = "", string Revocations = "", bool IsOptional = false)
{
    /// <summary>Those of a socket: its first server's.</summary>
    public static Demands Of(SocketPlan plan) => plan.IsTls && plan.Hosts[0].Server.Tls is { Client: { } client } tls
        ? new Demands(IsTls: true, VerifiesClients: true, tls.Contents?.Authorities ?? "", tls.Contents?.Revocations ?? "", client.Optional)
        : new Demands(plan.IsTls);
}
