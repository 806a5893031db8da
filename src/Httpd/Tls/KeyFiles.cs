using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Privsep;
using Sluice.Engine;
using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Tls;

/// <summary>
/// Certificates and private keys of one load, in the parent: read and numbered. Keys are not looked into here, leave in a
/// <see cref="KeySlice"/> alone, and are cleared with it; the process that gets it says which of them fit.
/// </summary>
internal sealed class KeyFiles : ITlsFiles, IDisposable
{
    /// <summary>Configurations that a key outlives: eight live, the one in use included (D-32).</summary>
    private const int MostAge = 7;

    /// <summary>No key is longer, RSA with 16384 bits has 13 KiB; nor a chain.</summary>
    private const int LongestFile = 256 * 1024;

    private readonly DateTimeOffset _now;
    private readonly List<HeldKey> _keys = [];
    private readonly List<Reminder> _reminders = [];
    private int _nextId = 1;

    /// <summary>Begins a load.</summary>
    /// <param name="running">The slice in use: its keys keep their numbers. Null where there is none.</param>
    /// <param name="now">The time of day.</param>
    public KeyFiles(SealedMemory? running, DateTimeOffset now)
    {
        _now = now;
        if (running is not null && KeySlice.Read(running) is { } slice)
        {
            _nextId = slice.NextId;
            _keys.AddRange(slice.Keys.Select(key => key with { Age = key.Age + 1, Pair = key.Pair with { Servers = [] } }));
        }
    }

    /// <summary>Where keys are compared with their certificates.</summary>
    public KeyComparison Comparison { get; init; }

    /// <summary>What is to be said of the certificates later, in order of time.</summary>
    public IReadOnlyList<Reminder> Reminders => [.. _reminders.Distinct().OrderBy(reminder => reminder.Due)];

    /// <inheritdoc/>
    public TlsIdentity? Identify(string server, ServerTls tls, out PairFault fault)
    {
        SecretBytes? certificate = Read(tls.Certificate, out Errno error);
        if (certificate is null)
        {
            fault = new PairFault(PairFaultKind.Missing, $"{tls.Certificate}: {error.Describe()}");
            return null;
        }

        IReadOnlyList<string> blocks = CertificateText.Blocks(certificate.Span);
        certificate.Clear();
        SecretBytes? key = Read(tls.Key, out error);
        if (key is null)
        {
            fault = new PairFault(PairFaultKind.Missing, $"{tls.Key}: {error.Describe()}");
            return null;
        }

        string text = string.Concat(blocks);
        using CertificateChain? chain = CertificateChain.Read(Bytes.Of(text), out string words);
        KeyPair pair = new(blocks.Count > 0 ? blocks[0] : "", tls.Certificate, tls.Key, [server]);
        words = chain is null ? $"{tls.Certificate}: {words}" : Compare(pair, key) ?? "";
        if (words.Length > 0)
        {
            key.Clear();
            fault = new PairFault(PairFaultKind.Unusable, words);
            return null;
        }

        Expiry expiry = new(server, tls.Certificate, chain!.NotBefore, chain.NotAfter);
        _reminders.AddRange(expiry.Reminders(_now));
        fault = default;
        return new TlsIdentity(text, Number(pair, key), expiry.Warning(_now));
    }

    /// <inheritdoc/>
    public string? FindFault(ServerTls tls)
    {
        using TlsContext? context = TlsContext.Create(TlsTranslation.Settings(tls, tls, "", new NoSigner(), tickets: null), out string error);
        return context is null ? error : null;
    }

    /// <summary>Adds the slice of the process that keeps the keys, if this load uses any.</summary>
    public void AddTo(Dictionary<string, SealedMemory> payloads)
    {
        if (_keys.Exists(key => key.Age == 0))
        {
            payloads.Add("keys", new KeySlice(_nextId, _keys.FindAll(key => key.Age <= MostAge)).Seal());
        }
    }

    /// <summary>Clears the keys.</summary>
    public void Dispose()
    {
        foreach (HeldKey key in _keys)
        {
            key.Pem.Clear();
        }
    }

    private string? Compare(KeyPair pair, SecretBytes key) => Comparison == KeyComparison.Here ? pair.FindFault(key.Span) : null;

    private static SecretBytes? Read(string path, out Errno error)
    {
#pragma warning disable CA2000 // Closed with this method.
        error = Files.Open(Bytes.Of(path), Links.Follow, out OpenFile? opened);
#pragma warning restore CA2000
        using OpenFile? file = opened;
        if (file is null)
        {
            return null;
        }

        SecretBytes content = new((int)long.Min(file.Status.Length, LongestFile));
        int length = 0;
        IoResult read = default;
        while (length < content.Span.Length && (read = file.Read(content.Span[length..], length)).Bytes > 0)
        {
            length += read.Bytes;
        }

        error = read.Error;
        if (error == Errno.None && length == content.Span.Length)
        {
            return content;
        }

        // One that is being written just now is not read by halves.
        content.Clear();
        error = error == Errno.None ? Errno.InputOutput : error;
        return null;
    }

    /// <summary>The number of a key with its certificate; of those that are known, the one that they have.</summary>
    private int Number(KeyPair pair, SecretBytes key)
    {
        int index = _keys.FindIndex(held => held.Pem.Span.SequenceEqual(key.Span)
            && string.Equals(held.Pair.Certificate, pair.Certificate, StringComparison.Ordinal));
        if (index < 0)
        {
            _keys.Add(new HeldKey(_nextId, 0, pair, key));
            return _nextId++;
        }

        key.Clear();
        HeldKey known = _keys[index];
        _keys[index] = known with { Age = 0, Pair = pair with { Servers = [.. known.Pair.Servers, .. pair.Servers] } };
        return known.Id;
    }

    /// <summary>For a context that is only tried.</summary>
    private sealed class NoSigner : ISigner
    {
        public SigningResult Sign(
            SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
        {
            length = 0;
            return SigningResult.Unavailable;
        }
    }
}

/// <summary>Where keys are compared with their certificates.</summary>
internal enum KeyComparison
{
    /// <summary>In the keys process, which says what does not fit: this process must not look into keys (D-65).</summary>
    InKeysProcess,

    /// <summary>In this process, which ends after the load.</summary>
    Here,
}
