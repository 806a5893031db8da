using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Wire;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls.Signing;

namespace Sluice.Daemon.Keys;

/// <summary>The keys process: has the private keys, signs handshakes and issues leaves with them, and does nothing else.</summary>
/// <remarks>It may receive from the servers, answer them and speak to the parent. It opens no file and no socket, and runs as
/// a user of its own in <c>/var/empty</c>. What a server asks for it looks at first: only what a server signs in a handshake is
/// signed (D-07), and only what a server shows is issued, under keys that are here (D-45). It is not there where nobody speaks TLS.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The keys live as long as their process.")]
public sealed class KeysProcess
{
    /// <summary>The role.</summary>
    internal const string RoleName = "keys";

    /// <summary>Faults that are told of one configuration: they fit a message.</summary>
    private const int MostFaults = 16;

    /// <summary>Signatures for one server in a turn; with RSA each takes a millisecond. Then the others have theirs.</summary>
    private const int MostPerTurn = 8;

    private readonly ChildContext _context;
    private readonly byte[] _question = new byte[LeafIssuer.MostBytes + 64];
    private readonly byte[] _signature = new byte[SigningReply.MostSignature];
    private readonly WireWriter _answer = new();

    /// <summary>Questions for keys of a configuration that is not here yet; one of each server, which waits for the answer.</summary>
    private readonly Dictionary<Client, byte[]> _early = [];

    private readonly TlsSigner _signer = new();
    private readonly LeafIssuer _issuer = new();

    /// <summary>Of each key that has been looked at, why it is of no use; null where it is of use. A number is that of one key and certificate for ever.</summary>
    private readonly Dictionary<int, string?> _faults = [];

    private int _nextId;

    private KeysProcess(ChildContext context)
    {
        _context = context;
    }

    /// <summary>Puts the process to work.</summary>
    public static void Run(ChildContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        KeysProcess keys = new(context);
        keys.Reconfigure();
        context.Reconfigured = keys.Reconfigure;
        context.Renewed = keys.Renew;
        context.Trial = keys.Try;
        context.PeerConnected = keys.Serve;
        foreach (Peer client in context.AllPeers)
        {
            keys.Serve(client);
        }
    }

    // The parent does not look into keys, so it is here that one is found which does not fit. Said again with each load.
    private void Reconfigure()
    {
        foreach (HeldKey key in TakeKeys())
        {
            if (_faults[key.Id] is { } fault && key.Age == 0)
            {
                Report(key, $"failed to load public/private keys: {fault}: {(key.Use == KeyUse.Handshakes ? "its handshakes fail" : "it can inspect nothing")}");
            }
        }
    }

    // Files were replaced: what does not fit does not come into use, and is said once.
    private void Renew(int number)
    {
        HashSet<int> known = [.. _faults.Keys];
        IReadOnlyList<HeldKey> keys = TakeKeys();
        foreach (HeldKey key in keys)
        {
            if (!known.Contains(key.Id) && _faults[key.Id] is { } fault)
            {
                Report(key, $"{fault}: what was replaced is not used, the certificate before it still is");
            }
        }

        _context.Judge(number, [.. keys.Select(static key => key.Id).Where(id => _faults[id] is not null)]);
    }

    // A configuration was read and is used only if its new keys fit; those that are here stay as they are.
    private void Try(int number, ReadOnlyMemory<byte> payload)
    {
        KeySlice slice = KeySlice.Read(payload.Span) ?? throw new InvalidDataException("the parent sent a slice that it did not write");
        string[] faults =
        [
            .. from key in slice.Keys
            where key.Age == 0 && !_faults.ContainsKey(key.Id)
            let fault = key.Pair.FindFault(key.Pem.Span, key.Passphrase.Span)
            where fault is not null
            from owner in key.Pair.Owners.Distinct(StringComparer.Ordinal)
            select $"{owner}: {fault}",
        ];
        slice.Clear();
        _context.Try(number, faults.Length <= MostFaults ? faults : faults[..MostFaults]);
    }

    /// <summary>Takes those that are new, and forgets those that are not needed any more.</summary>
    /// <returns>All that there are now; what was secret in them is cleared.</returns>
    private IReadOnlyList<HeldKey> TakeKeys()
    {
        KeySlice slice = KeySlice.Read(_context.Payload.Span)
            ?? throw new InvalidDataException("the parent sent a slice that it did not write");
        foreach (int id in _faults.Keys.Except(slice.Keys.Select(static key => key.Id)).ToArray())
        {
            _ = _faults.Remove(id);
            _signer.Remove((uint)id);
            _issuer.Remove((uint)id);
        }

        foreach (HeldKey key in slice.Keys.Where(key => !_faults.ContainsKey(key.Id)))
        {
            _faults.Add(key.Id, FaultOf(key));
        }

        slice.Clear();
        _nextId = slice.NextId;
        foreach ((Client server, byte[] question) in _early)
        {
            Answer(server, question);
        }

        _early.Clear();
        return slice.Keys;
    }

    // Null where the key was taken.
    private string? FaultOf(HeldKey key)
    {
        if (key.Pair.FindFault(key.Pem.Span, key.Passphrase.Span) is { } fault)
        {
            return fault;
        }

        bool isTaken = key.Use == KeyUse.Handshakes
            ? _signer.TryAdd((uint)key.Id, key.Pem.Span, out string error)
            : _issuer.TryAdd((uint)key.Id, Encoding.Latin1.GetBytes(key.Pair.Certificate), key.Pem.Span, key.Passphrase.Span, out error);
        return isTaken ? null : $"{key.Pair.KeyFile}: {error}";
    }

    private void Report(HeldKey key, string what)
    {
        foreach (string owner in key.Pair.Owners.Distinct(StringComparer.Ordinal))
        {
            _context.Log.Warning($"{owner}: {what}");
        }
    }

    private void Serve(Peer peer)
    {
        string name = $"{peer.Role} {peer.Instance + 1}";
        Client server = new(name, peer.Channel, new RareWarning(_context.Loop, _context.Log));
        _context.Loop.SpawnVital(() => Serve(server));
    }

    private async ValueTask Serve(Client server)
    {
        await ChannelTurns.Listen(_context.Loop, server.Channel, MostPerTurn, () => Receive(server));
        _ = _early.Remove(server);
    }

    private ChannelStatus Receive(Client server)
    {
        ChannelResult received = server.Channel.TryReceive(_question, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        ReadOnlySpan<byte> question = _question.AsSpan(0, received.LengthBytes);
        switch (received.Status)
        {
            case ChannelStatus.Done when Names(question) >= _nextId:
                // A reload reached the server first.
                _early[server] = question.ToArray();
                return ChannelStatus.Done;
            case ChannelStatus.Done:
                Answer(server, question);
                return ChannelStatus.Done;
            case ChannelStatus.Truncated:
                Report(server, SigningResult.NotAHandshake);
                return ChannelStatus.Done;
            default:
                return received.Status;
        }
    }

    // The last key that is asked for; 0 where nothing is.
    private static int Names(ReadOnlySpan<byte> question) =>
        SigningRequest.TryRead(question, out SigningRequest signing) ? signing.KeyId
        : LeafRequest.TryRead(question, out LeafRequest leaf) ? int.Max(leaf.KeyId, leaf.AuthorityId)
        : 0;

    private void Answer(Client server, ReadOnlySpan<byte> question)
    {
        SigningResult result = SigningResult.NotAHandshake;
        ReadOnlySpan<byte> made = default;
        long number = 0;
        if (SigningRequest.TryRead(question, out SigningRequest signing))
        {
            number = signing.Number;
            result = _signer.Sign(signing.Scheme, (uint)signing.KeyId, signing.Content, _signature, out int length);
            made = _signature.AsSpan(0, length);
        }
        else if (LeafRequest.TryRead(question, out LeafRequest issuing))
        {
            number = issuing.Number;
            result = _issuer.Issue((uint)issuing.AuthorityId, issuing.Trust, _signer, (uint)issuing.KeyId, issuing.Original, out byte[] leaf);
            made = leaf;
        }

        Report(server, result);
        _answer.Clear();
        new SigningReply(number, result, made).Write(_answer);
        // Who lets its queue run full does not wait for answers.
        _ = server.Channel.TrySend(_answer.Written);
    }

    // Nobody asks for these who was not broken into.
    private static void Report(Client server, SigningResult result)
    {
        string? what = result switch
        {
            SigningResult.NotAHandshake => "a signature under what is no handshake of TLS",
            SigningResult.NotACertificate => "a copy of what is no certificate",
            _ => null,
        };
        if (what is not null)
        {
            server.Warning.Say($"{server.Name} asked for {what}: refused");
        }
    }

    /// <summary>A server process.</summary>
    private sealed record Client(string Name, Channel Channel, RareWarning Warning);
}
