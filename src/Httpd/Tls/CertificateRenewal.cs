using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Privsep;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Tls;

/// <summary>In the parent: what becomes of a configuration in use by certificates, keys and responses of its servers that were replaced on disk (D-46).</summary>
internal sealed class CertificateRenewal
{
    private readonly HttpdConfiguration _running;
    private readonly TlsFiles _files;
    private readonly PairRenewal _pairs;

    /// <summary>Reads what has changed.</summary>
    /// <param name="change">What.</param>
    /// <param name="keys">Reads certificates and keys.</param>
    /// <param name="host">Reads responses.</param>
    public CertificateRenewal(FilesChange change, KeyFiles keys, IHostFacts host)
    {
        (_files, _pairs) = (new TlsFiles(keys), new PairRenewal(change, keys, host.Read));
        _running = (HttpdConfiguration)change.Running.Source!;
        Candidate = _running with { Servers = [.. _running.Servers.AsEnumerable().Select(Renew)] };
    }

    /// <summary>The configuration with all that is new.</summary>
    public HttpdConfiguration Candidate { get; }

    /// <summary>Whether keys are new, of which nobody knows yet whether they fit.</summary>
    public bool HasKeys => Shown(Candidate).Select(static shown => shown.Files.KeyId).Except(Shown(_running).Select(static shown => shown.Files.KeyId)).Any();

    /// <summary>The files of a configuration that are looked at; none where it has no key, since nobody is there then who could say whether one fits.</summary>
    public static IReadOnlyList<string> Paths(HttpdConfiguration configuration) =>
        Shown(configuration).All(static shown => shown.Files.KeyId == 0) ? [] :
        [
            .. Shown(configuration)
                .SelectMany(static shown => (string[])[shown.Files.Certificate, shown.Files.Key, shown.Files.Ocsp])
                .Where(static path => path.Length > 0)
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>What is to be said of the certificates of a configuration later, in order of time.</summary>
    /// <param name="configuration">One in use.</param>
    /// <param name="now">The time of day.</param>
    public static IReadOnlyList<Reminder> Reminders(HttpdConfiguration configuration, DateTimeOffset now) =>
    [
        .. Shown(configuration)
            .Where(static shown => shown.Files.KeyId > 0)
            .SelectMany(shown => KeyFiles.RemindersOf(shown.Owner, shown.Files.Certificate, shown.Files.End, now))
            .Distinct()
            .OrderBy(static reminder => reminder.Due),
    ];

    /// <summary>The configuration with what is new and of use; null where nothing is. What came into use is logged.</summary>
    /// <param name="useless">Numbers of keys that are not.</param>
    public HttpdConfiguration? Finish(IReadOnlySet<int> useless)
    {
        HttpdConfiguration renewed = _running with
        {
            Servers = [.. Candidate.Servers.AsEnumerable().Zip(_running.Servers.AsEnumerable(), (now, before) => Choose(now, before, useless))],
        };
        _pairs.Log();
        return renewed.Equals(_running) ? null : renewed;
    }

    private static IEnumerable<(string Owner, CertificateFiles Files)> Shown(HttpdConfiguration configuration) => configuration.Servers
        .AsEnumerable()
        .Where(static server => server.Tls?.Contents is not null)
        .Select(static server => (OwnerOf(server), FilesOf(server.Tls!, server.Tls!.Contents!)));

    private static string OwnerOf(Server server) => $"server \"{server.Name.Text}\"";

    private static CertificateFiles FilesOf(ServerTls tls, TlsContents contents) => new(tls.Certificate, tls.Key, tls.Ocsp ?? "")
    {
        NeedsOcsp = true,
        Chain = contents.Certificate,
        KeyId = contents.KeyId,
        Staple = contents.Ocsp,
        End = contents.End,
    };

    private static Server With(Server server, ServerTls tls, CertificateFiles files) => server with
    {
        Tls = tls with { Contents = tls.Contents! with { Certificate = files.Chain, KeyId = files.KeyId, Ocsp = files.Staple, End = files.End } },
    };

    private Server Renew(Server server)
    {
        if (server.Tls is not { Contents: { } contents } tls)
        {
            return server;
        }

        CertificateFiles files = FilesOf(tls, contents);
        CertificateFiles renewed = _pairs.Renew(OwnerOf(server), files);
        if (renewed == files)
        {
            return server;
        }

        Server candidate = With(server, tls, renewed);
        if (_files.FindFault(candidate.Tls!) is not { } fault)
        {
            return candidate;
        }

        _pairs.Warn($"{OwnerOf(server)}: what was replaced is not used, for tls could not be used with it: {fault}");
        return server;
    }

    private Server Choose(Server now, Server before, IReadOnlySet<int> useless) => now.Equals(before) ? before
        : With(before, before.Tls!, _pairs.Choose(OwnerOf(before), FilesOf(now.Tls!, now.Tls!.Contents!), FilesOf(before.Tls!, before.Tls!.Contents!), useless));
}
