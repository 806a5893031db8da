using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Tls.Certificates;

namespace Sluice.Daemon.Keys;

/// <summary>In the parent: what becomes of certificates in use by files of theirs that were replaced on disk (D-46). Each goes by itself: what is wrong with one file keeps no other.</summary>
/// <param name="change">What was replaced.</param>
/// <param name="keys">Reads certificates and keys, beside those that there are.</param>
/// <param name="read">Reads responses; null where a file cannot be read.</param>
public sealed class PairRenewal(FilesChange change, KeyFiles keys, Func<string, byte[]?> read)
{
    private readonly List<string> _news = [];

    /// <summary>Whether one of some files was replaced.</summary>
    /// <param name="paths">Where they are.</param>
    public bool IsChanged(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (change.Paths.Contains(path))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A certificate with what is new in its files; itself where nothing is, or nothing of use, which the log is told.</summary>
    /// <param name="owner">Who shows it, as the log names it: <c>relay www</c>.</param>
    /// <param name="files">As it is in use.</param>
    public CertificateFiles Renew(string owner, CertificateFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.KeyId > 0)
        {
            keys.Keep(owner, files.KeyId);
        }

        CertificateFiles renewed = files;
        if (IsChanged(files.Certificate, files.Key))
        {
            if (keys.Identify(owner, files.Certificate, files.Key, out PairFault fault) is { } identity)
            {
                renewed = renewed with { Chain = identity.Certificate, KeyId = identity.KeyId, End = identity.End };

                // What was written anew and says the same has been warned of.
                Warn(renewed.Equals(files) ? null : identity.Warning);
            }
            else
            {
                Warn($"{owner}: {fault.Text}: what was replaced is not used, {(files.KeyId > 0 ? "the certificate before it still is" : "and handshakes still fail")}");
            }
        }

        if (IsChanged(files.Ocsp) && ReadStaple(owner, files) is { } staple)
        {
            renewed = renewed with { Staple = staple };
        }

        return renewed.Equals(files) ? files : renewed with { Renewals = files.Renewals + 1 };
    }

    /// <summary>What comes into use of a certificate, now that it is known which keys are of use. <see cref="Log"/> says it.</summary>
    /// <param name="owner">Who shows it.</param>
    /// <param name="now">What <see cref="Renew"/> made.</param>
    /// <param name="before">As it is in use.</param>
    /// <param name="useless">Numbers of keys that are not that of their certificate.</param>
    public CertificateFiles Choose(string owner, CertificateFiles now, CertificateFiles before, IReadOnlySet<int> useless)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(useless);
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

    /// <summary>Keeps for <see cref="Log"/> that a certificate comes into use.</summary>
    /// <param name="owner">Who shows it.</param>
    /// <param name="certificate">Its path.</param>
    /// <param name="end">When it expires.</param>
    public void Tell(string owner, string certificate, DateTimeOffset end) => _news.Add(
        string.Create(CultureInfo.InvariantCulture, $"{owner}: the certificate {certificate} was replaced and is in use, it expires on {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));

    /// <summary>Says what is wrong with a file.</summary>
    /// <param name="warning">Null for nothing.</param>
    public void Warn(string? warning)
    {
        if (warning is not null)
        {
            change.Log.Warning(warning);
        }
    }

    /// <summary>Says what has come into use.</summary>
    public void Log() => _news.ForEach(change.Log.Info);

    // Null where it is not to be used.
    private string? ReadStaple(string owner, CertificateFiles files)
    {
        byte[]? content = read(files.Ocsp);
        string? fault = content is null && files.NeedsOcsp ? "it cannot be read"
            : content is { Length: > 0 } && !OcspText.IsWhole(content) ? "it is no whole response, in DER"
            : null;
        if (fault is null)
        {
            return content is null ? "" : Encoding.Latin1.GetString(content);
        }

        Warn($"{owner}: {files.Ocsp}: {fault}: what was replaced is not used, the response before it still is");
        return null;
    }
}
