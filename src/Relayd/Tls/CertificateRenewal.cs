using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>In the parent: what becomes of a configuration in use by certificates, keys and responses that were replaced on disk (D-46). Each goes by itself: what is wrong with one file keeps no other.</summary>
internal sealed class CertificateRenewal
{
    private readonly FilesChange _change;
    private readonly KeyFiles _keys;
    private readonly RelayTlsFiles _files;
    private readonly IHostFacts _host;
    private readonly RelaydConfiguration _running;
    private readonly List<string> _news = [];

    /// <summary>Reads what has changed.</summary>
    /// <param name="change">What.</param>
    /// <param name="keys">Reads certificates and keys.</param>
    /// <param name="host">Reads responses.</param>
    public CertificateRenewal(FilesChange change, KeyFiles keys, IHostFacts host)
    {
        (_change, _keys, _files, _host) = (change, keys, new RelayTlsFiles(keys), host);
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
        _news.ForEach(_change.Log.Info);
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

    private bool IsChanged(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (_change.Paths.Contains(path))
            {
                return true;
            }
        }

        return false;
    }

    private Relay Renew(Relay relay)
    {
        string owner = $"relay {relay.Name}";
        Relay renewed = relay with { Certificates = [.. relay.Certificates.AsEnumerable().Select(files => Renew(owner, files))] };
        if (renewed.Certificates.Equals(relay.Certificates) || _files.FindFault(renewed, _running.ProtocolOf(relay).Tls) is not { } fault)
        {
            return renewed;
        }

        _change.Log.Warning($"{owner}: what was replaced is not used, for tls could not be used with it: {fault}");
        return relay;
    }

    private CertificateFiles Renew(string owner, CertificateFiles files)
    {
        _keys.Keep(owner, files.KeyId);
        CertificateFiles renewed = files;
        if (IsChanged(files.Certificate, files.Key))
        {
            if (_keys.Identify(owner, files.Certificate, files.Key, out PairFault fault) is { } identity)
            {
                renewed = renewed with { Chain = identity.Certificate, KeyId = identity.KeyId, End = identity.End };

                // What was written anew and says the same has been warned of.
                Warn(renewed.Equals(files) ? null : identity.Warning);
            }
            else
            {
                Warn($"{owner}: {fault.Text}: what was replaced is not used, the certificate before it still is");
            }
        }

        if (IsChanged(files.Ocsp) && ReadStaple(owner, files) is { } staple)
        {
            renewed = renewed with { Staple = staple };
        }

        return renewed.Equals(files) ? files : renewed with { Renewals = files.Renewals + 1 };
    }

    // Null where it is not to be used.
    private string? ReadStaple(string owner, CertificateFiles files)
    {
        byte[]? content = _host.Read(files.Ocsp);
        string? fault = content is null && files.NeedsOcsp ? "it cannot be read"
            : content is { Length: > 0 } && !OcspText.IsWhole(content) ? "it is no whole response, in DER"
            : null;
        if (fault is null)
        {
            return content is null ? "" : Bytes.Text(content);
        }

        Warn($"{owner}: {files.Ocsp}: {fault}: what was replaced is not used, the response before it still is");
        return null;
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
        if (!IsChanged(tls.CaCertificate!, tls.CaKey!.Path))
        {
            return protocol;
        }

        if (_keys.IdentifyAuthority(owner, tls.CaCertificate!, tls.CaKey.Path, tls.CaKey.Password, out PairFault fault) is not { } identity)
        {
            Warn($"{owner}: {fault.Text}: what was replaced is not used, the authority before it still is");
            return protocol;
        }

        Inspecting renewed = inspecting with { Chain = identity.Certificate, KeyId = identity.KeyId, End = identity.End };
        Warn(renewed.Equals(inspecting) ? null : identity.Warning);
        return renewed.Equals(inspecting) ? protocol : protocol with { Tls = tls with { Inspecting = renewed with { Renewals = inspecting.Renewals + 1 } } };
    }

    private void Warn(string? warning)
    {
        if (warning is not null)
        {
            _change.Log.Warning(warning);
        }
    }

    private Protocol Choose(Protocol now, Protocol before, IReadOnlySet<int> useless)
    {
        Inspecting? renewed = now.Tls.Inspecting;
        if (Equals(renewed, before.Tls.Inspecting) || useless.Contains(renewed!.KeyId))
        {
            return before;
        }

        Tell($"protocol {now.Name}", now.Tls.CaCertificate!, renewed.End);
        return now;
    }

    private Relay Choose(Relay now, Relay before, IReadOnlySet<int> useless) => now with
    {
        Certificates = [.. now.Certificates.AsEnumerable().Zip(before.Certificates.AsEnumerable(), (one, other) => Choose($"relay {now.Name}", one, other, useless))],
    };

    private CertificateFiles Choose(string owner, CertificateFiles now, CertificateFiles before, IReadOnlySet<int> useless)
    {
        bool isNewPair = now.KeyId != before.KeyId || !string.Equals(now.Chain, before.Chain, StringComparison.Ordinal);
        if (isNewPair && useless.Contains(now.KeyId))
        {
            // The response may still be new.
            now = now with { Chain = before.Chain, KeyId = before.KeyId, End = before.End };
            isNewPair = false;
        }

        bool isNewStaple = !string.Equals(now.Staple, before.Staple, StringComparison.Ordinal);
        if (isNewPair)
        {
            Tell(owner, now.Certificate, now.End);
        }

        if (isNewStaple)
        {
            _news.Add(now.Staple.Length > 0 ? $"{owner}: the response {now.Ocsp} was replaced and is in use" : $"{owner}: the response {now.Ocsp} is gone, and none is stapled");
        }

        return isNewPair || isNewStaple ? now : before;
    }

    private void Tell(string owner, string certificate, DateTimeOffset end) => _news.Add(
        string.Create(CultureInfo.InvariantCulture, $"{owner}: the certificate {certificate} was replaced and is in use, it expires on {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
}
