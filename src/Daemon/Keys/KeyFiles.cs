using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Daemon.Privsep;
using Sluice.Engine;
using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls.Certificates;

namespace Sluice.Daemon.Keys;

/// <summary>
/// Certificates and private keys of one load, in the parent: read and numbered. Keys are not looked into here, leave in a
/// <see cref="KeySlice"/> alone, and are cleared with it; the process that gets it says which of them fit.
/// </summary>
public sealed class KeyFiles : IDisposable
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
            _keys.AddRange(slice.Keys.Select(key => key with { Age = key.Age + 1, Pair = key.Pair with { Owners = [] } }));
        }
    }

    /// <summary>Where keys are compared with their certificates.</summary>
    public KeyComparison Comparison { get; init; }

    /// <summary>What is to be said of the certificates later, in order of time.</summary>
    public IReadOnlyList<Reminder> Reminders => [.. _reminders.Distinct().OrderBy(reminder => reminder.Due)];

    /// <summary>Reads a certificate and its key.</summary>
    /// <param name="owner">Who shows it, as the log names it, for what is said later: <c>server "www"</c>.</param>
    /// <param name="certificateFile">PEM, with the chain behind the certificate; at most 256 KiB.</param>
    /// <param name="keyFile">PEM, without a passphrase; at most 256 KiB.</param>
    /// <param name="fault">What is wrong with them, where the result is null.</param>
    public TlsIdentity? Identify(string owner, string certificateFile, string keyFile, out PairFault fault) =>
        Identify(owner, certificateFile, keyFile, KeyUse.Handshakes, new SecretBytes(0), out fault);

    /// <summary>Reads the certificate of an authority and its key, which issues leaves and signs nothing else.</summary>
    /// <param name="owner">Who shows these, as the log names it.</param>
    /// <param name="certificateFile">PEM, with the chain behind the certificate; at most 256 KiB.</param>
    /// <param name="keyFile">PEM; at most 256 KiB.</param>
    /// <param name="password">What opens the key, one character for each byte; empty for one that is open.</param>
    /// <param name="fault">What is wrong with them, where the result is null.</param>
    public TlsIdentity? IdentifyAuthority(string owner, string certificateFile, string keyFile, string password, out PairFault fault)
    {
        ArgumentNullException.ThrowIfNull(password);
        SecretBytes passphrase = new(password.Length);
        _ = Encoding.Latin1.GetBytes(password, passphrase.Span);
        return Identify(owner, certificateFile, keyFile, KeyUse.Leaves, passphrase, out fault);
    }

    /// <summary>A certificate and key that go on being used, whatever has become of their files.</summary>
    /// <param name="owner">Who shows it, as the log names it.</param>
    /// <param name="keyId">The number that the key has.</param>
    public void Keep(string owner, int keyId)
    {
        int index = _keys.FindIndex(key => key.Id == keyId);
        HeldKey held = _keys[index];
        _keys[index] = held with { Age = 0, Pair = held.Pair with { Owners = [.. held.Pair.Owners, owner] } };
    }

    /// <summary>What is to be said of a certificate later, in order of time.</summary>
    /// <param name="owner">Who shows it, as the log names it.</param>
    /// <param name="certificateFile">Its path.</param>
    /// <param name="end">When it expires.</param>
    /// <param name="now">The time of day.</param>
    public static IEnumerable<Reminder> RemindersOf(string owner, string certificateFile, DateTimeOffset end, DateTimeOffset now) =>
        new Expiry(owner, certificateFile, DateTimeOffset.MinValue, end).Reminders(now);

    /// <summary>Whether a file is there and may be read; nothing of it is.</summary>
    public static bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Errno error = Files.Open(Encoding.Latin1.GetBytes(path), Links.Follow, out OpenFile? opened);
        opened?.Dispose();
        return error == Errno.None;
    }

    /// <summary>Adds the slice of the process that keeps the keys, if this load uses any.</summary>
    public void AddTo(IDictionary<string, SealedMemory> payloads)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        if (_keys.Exists(key => key.Age == 0))
        {
            payloads.Add(KeysProcess.RoleName, new KeySlice(_nextId, _keys.FindAll(key => key.Age <= MostAge)).Seal());
        }
    }

    /// <summary>A configuration in use, with these keys in the place of its own.</summary>
    public LoadedConfiguration In(LoadedConfiguration running)
    {
        ArgumentNullException.ThrowIfNull(running);
        Dictionary<string, SealedMemory> payloads = new(running.Payloads, StringComparer.Ordinal);
        _ = payloads.Remove(KeysProcess.RoleName);
        AddTo(payloads);
        return running with { Payloads = payloads };
    }

    /// <summary>Clears the keys.</summary>
    public void Dispose()
    {
        foreach (HeldKey key in _keys)
        {
            key.Clear();
        }
    }

    private TlsIdentity? Identify(string owner, string certificateFile, string keyFile, KeyUse use, SecretBytes passphrase, out PairFault fault)
    {
        SecretBytes? certificate = Read(certificateFile, out Errno error);
        if (certificate is null)
        {
            fault = new PairFault(PairFaultKind.Missing, $"{certificateFile}: {error.Describe()}");
            return null;
        }

        IReadOnlyList<string> blocks = CertificateText.Blocks(certificate.Span);
        certificate.Clear();
        SecretBytes? key = Read(keyFile, out error);
        if (key is null)
        {
            fault = new PairFault(PairFaultKind.Missing, $"{keyFile}: {error.Describe()}");
            return null;
        }

        string text = string.Concat(blocks);
        using CertificateChain? chain = CertificateChain.Read(Encoding.Latin1.GetBytes(text), out string words);
        KeyPair pair = new(blocks.Count > 0 ? blocks[0] : "", certificateFile, keyFile, [owner]);
        words = chain is null ? $"{certificateFile}: {words}"
            : Comparison == KeyComparison.Here ? pair.FindFault(key.Span, passphrase.Span) ?? ""
            : "";
        if (words.Length > 0)
        {
            key.Clear();
            passphrase.Clear();
            fault = new PairFault(PairFaultKind.Unusable, words);
            return null;
        }

        Expiry expiry = new(owner, certificateFile, chain!.NotBefore, chain.NotAfter);
        _reminders.AddRange(expiry.Reminders(_now));
        fault = default;
        int number = Number(new HeldKey(0, 0, pair, key) { Use = use, Passphrase = passphrase });
        return new TlsIdentity(text, number, expiry.Warning(_now)) { End = chain.NotAfter, IsAuthority = chain.IsAuthority };
    }

    private static SecretBytes? Read(string path, out Errno error)
    {
#pragma warning disable CA2000 // Closed with this method.
        error = Files.Open(Encoding.Latin1.GetBytes(path), Links.Follow, out OpenFile? opened);
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
    private int Number(HeldKey key)
    {
        int index = _keys.FindIndex(held => held.Use == key.Use
            && held.Pem.Span.SequenceEqual(key.Pem.Span)
            && held.Passphrase.Span.SequenceEqual(key.Passphrase.Span)
            && string.Equals(held.Pair.Certificate, key.Pair.Certificate, StringComparison.Ordinal));
        if (index < 0)
        {
            _keys.Add(key with { Id = _nextId });
            return _nextId++;
        }

        key.Clear();
        HeldKey known = _keys[index];
        _keys[index] = known with { Age = 0, Pair = key.Pair with { Owners = [.. known.Pair.Owners, .. key.Pair.Owners] } };
        return known.Id;
    }
}

/// <summary>Where keys are compared with their certificates.</summary>
public enum KeyComparison
{
    /// <summary>In the keys process, which says what does not fit: this process must not look into keys (D-65).</summary>
    InKeysProcess,

    /// <summary>In this process, which ends after the load.</summary>
    Here,
}
