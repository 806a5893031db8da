using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Privsep;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>In the parent: what becomes of a configuration in use by certificates, keys and responses that were replaced on disk (D-46). Each goes by itself: what is wrong with one file keeps no other.</summary>
internal sealed class CertificateRenewal
{
    private readonly KeyFiles _keys;
    private readonly RelayTlsFiles _files;
    private readonly RelaydConfiguration _running;
    private readonly PairRenewal _pairs;

    /// <summary>Reads what has changed.</summary>
    /// <param name="change">What.</param>
    /// <param name="keys">Reads certificates and keys.</param>
    /// <param name="host">Reads responses.</param>
    public CertificateRenewal(FilesChange change, KeyFiles keys, IHostFacts host)
    {
        (_keys, _files, _pairs) = (keys, new RelayTlsFiles(keys), new PairRenewal(change, keys, host.Read));
        _running = (RelaydConfiguration)change.Running.Source!;
        Candidate = _running with
        {
            Protocols = [.. _running.Protocols.AsEnumerable().Select(Renew)],
            Relays = [.. _running.Relays.AsEnumerable().Select(Renew)],
        };
    }

    /// <summary>The configuration with all that is new.</summary>
    public RelaydConfiguration Candidate { get; }

    /// <summary>Whether keys are new, of which nobody knows yet whether they fit.</summary>
    public bool HasKeys => Numbers(Candidate).Except(Numbers(_running)).Any();

    /// <summary>The files of a configuration that are looked at.</summary>
    public static IReadOnlyList<string> Paths(RelaydConfiguration configuration) =>
    [
        .. configuration.Relays.AsEnumerable()
            .SelectMany(static relay => relay.Certificates.AsEnumerable())
            .SelectMany(static files => (string[])[files.Certificate, files.Key, files.Ocsp])
            .Concat(configuration.Protocols.AsEnumerable().SelectMany(protocol => PathsOf(protocol, configuration)))
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>What is to be said of the certificates of a configuration later, in order of time.</summary>
    /// <param name="configuration">One in use.</param>
    /// <param name="now">The time of day.</param>
    public static IReadOnlyList<Reminder> Reminders(RelaydConfiguration configuration, DateTimeOffset now) =>
    [
        .. configuration.Relays.AsEnumerable()
            .SelectMany(relay => relay.Certificates.AsEnumerable().Select(static files => (File: files.Certificate, files.End)).Concat(AuthorityOf(relay, configuration))
                .SelectMany(shown => KeyFiles.RemindersOf($"relay {relay.Name}", shown.File, shown.End, now)))
            .Distinct()
            .OrderBy(static reminder => reminder.Due),
    ];

    /// <summary>The configuration with what is new and of use; null where nothing is. What came into use is logged.</summary>
    /// <param name="useless">Numbers of keys that are not.</param>
    public RelaydConfiguration? Finish(IReadOnlySet<int> useless)
    {
        RelaydConfiguration renewed = _running with
        {
            Protocols = [.. Candidate.Protocols.AsEnumerable().Zip(_running.Protocols.AsEnumerable(), (now, before) => Choose(now, before, useless))],
            Relays = [.. Candidate.Relays.AsEnumerable().Zip(_running.Relays.AsEnumerable(), (now, before) => Choose(now, before, useless))],
        };
        _pairs.Log();
        return renewed.Equals(_running) ? null : renewed;
    }

    private static IEnumerable<string> PathsOf(Protocol protocol, RelaydConfiguration configuration)
    {
        RelayTls tls = protocol.Tls;
        bool isUsed = configuration.Relays.Any(relay => relay.Tls && relay.ProtocolId == protocol.Id);
        if (isUsed && tls.TicketFile is not null)
        {
            yield return tls.TicketFile;
        }

        if (isUsed && tls.Inspecting is not null)
        {
            yield return tls.CaCertificate!;
            yield return tls.CaKey!.Path;
        }
    }

    private static IEnumerable<(string File, DateTimeOffset End)> AuthorityOf(Relay relay, RelaydConfiguration configuration)
    {
        Protocol protocol = configuration.ProtocolOf(relay);
        if (protocol.Inspects(relay))
        {
            yield return (protocol.Tls.CaCertificate!, protocol.Tls.Inspecting!.End);
        }
    }

    private static IEnumerable<int> Numbers(RelaydConfiguration configuration) => configuration.Relays
        .SelectMany(static relay => relay.Certificates.AsEnumerable())
        .Select(static files => files.KeyId)
        .Concat(configuration.Protocols.AsEnumerable().Where(static protocol => protocol.Tls.Inspecting is not null).Select(static protocol => protocol.Tls.Inspecting!.KeyId));

    private Relay Renew(Relay relay)
    {
        string owner = $"relay {relay.Name}";
        Relay renewed = relay with { Certificates = [.. relay.Certificates.AsEnumerable().Select(files => _pairs.Renew(owner, files))] };
        if (renewed.Certificates.Equals(relay.Certificates) || _files.FindFault(renewed, _running.ProtocolOf(relay).Tls) is not { } fault)
        {
            return renewed;
        }

        _pairs.Warn($"{owner}: what was replaced is not used, for tls could not be used with it: {fault}");
        return relay;
    }

    private Protocol Renew(Protocol protocol)
    {
        if (protocol.Tls.Inspecting is not { } inspecting)
        {
            return protocol;
        }

        string owner = $"relay {_running.Relays.First(protocol.Inspects).Name}";
        RelayTls tls = protocol.Tls;
        _keys.Keep(owner, inspecting.KeyId);
        if (!_pairs.IsChanged(tls.CaCertificate!, tls.CaKey!.Path))
        {
            return protocol;
        }

        if (_keys.IdentifyAuthority(owner, tls.CaCertificate!, tls.CaKey.Path, tls.CaKey.Password, out PairFault fault) is not { } identity)
        {
            _pairs.Warn($"{owner}: {fault.Text}: what was replaced is not used, the authority before it still is");
            return protocol;
        }

        Inspecting renewed = inspecting with { Chain = identity.Certificate, KeyId = identity.KeyId, End = identity.End };
        _pairs.Warn(renewed.Equals(inspecting) ? null : identity.Warning);
        return renewed.Equals(inspecting) ? protocol : protocol with { Tls = tls with { Inspecting = renewed with { Renewals = inspecting.Renewals + 1 } } };
    }

    private Protocol Choose(Protocol now, Protocol before, IReadOnlySet<int> useless)
    {
        Inspecting? renewed = now.Tls.Inspecting;
        if (Equals(renewed, before.Tls.Inspecting) || useless.Contains(renewed!.KeyId))
        {
            return before;
        }

        _pairs.Tell($"protocol {now.Name}", now.Tls.CaCertificate!, renewed.End);
        return now;
    }

    private Relay Choose(Relay now, Relay before, IReadOnlySet<int> useless) => now with
    {
        Certificates = [.. now.Certificates.AsEnumerable().Zip(before.Certificates.AsEnumerable(), (one, other) => _pairs.Choose($"relay {now.Name}", one, other, useless))],
    };
}
