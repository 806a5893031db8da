using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls;

namespace Sluice.Daemon.Keys;

/// <summary>The keys process: has the private keys, signs handshakes and issues leaves with them, and does nothing else.</summary>
/// <remarks>It may receive from the servers, answer them and speak to the parent. It opens no file and no socket, and runs as
/// a user of its own in <c>/var/empty</c>. What a server asks for it looks at first: only what a server signs in a handshake is
/// signed (D-07), and only what a server shows is issued, under keys that are here (D-45). It is not there where nobody speaks TLS.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The keys live as long as their process.")]
public sealed class KeysProcess
{
    /// <summary>Signatures for one server in a turn; with RSA each takes a millisecond. Then the others have theirs.</summary>
    private const int MostPerTurn = 8;

    private readonly ChildContext _context;
    private readonly byte[] _question = new byte[LeafIssuer.MostBytes + 64];
    private readonly byte[] _signature = new byte[SigningReply.MostSignature];
    private readonly WireWriter _answer = new();

    /// <summary>Questions for keys of a configuration that is not here yet; one of each server, which waits for the answer.</summary>
    private readonly Dictionary<Client, byte[]> _early = [];

    private TlsSigner _signer = new();
    private LeafIssuer _issuer = new();
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
        keys.TakeKeys();
        context.Reconfigured = keys.TakeKeys;
        context.PeerConnected = keys.Serve;
        foreach (Peer client in context.AllPeers)
        {
            keys.Serve(client);
        }
    }

    private void TakeKeys()
    {
        KeySlice slice = KeySlice.Read(_context.Payload.Span)
            ?? throw new InvalidDataException("the parent sent a slice that it did not write");
        _signer.Dispose();
        _issuer.Dispose();
#pragma warning disable CA2000 // They live until the next slice is here.
        (_signer, _issuer) = (new TlsSigner(), new LeafIssuer());
#pragma warning restore CA2000
        foreach (HeldKey key in slice.Keys)
        {
            string? fault = key.Pair.FindFault(key.Pem.Span, key.Passphrase.Span);
            string error = "";
            bool isTaken = fault is null && (key.Use == KeyUse.Handshakes
                ? _signer.TryAdd((uint)key.Id, key.Pem.Span, out error)
                : _issuer.TryAdd((uint)key.Id, Encoding.Latin1.GetBytes(key.Pair.Certificate), key.Pem.Span, key.Passphrase.Span, out error));
            Report(key, isTaken ? null : fault ?? $"{key.Pair.KeyFile}: {error}");
        }

        slice.Clear();
        _nextId = slice.NextId;
        foreach ((Client server, byte[] question) in _early)
        {
            Answer(server, question);
        }

        _early.Clear();
    }

    // The parent does not look into keys, so it is here that one is found which does not fit. Said again with each load.
    private void Report(HeldKey key, string? fault)
    {
        if (fault is null || key.Age > 0)
        {
            return;
        }

        foreach (string owner in key.Pair.Owners)
        {
            string consequence = key.Use == KeyUse.Handshakes ? "its handshakes fail" : "it can inspect nothing";
            _context.Log.Warning($"{owner}: failed to load public/private keys: {fault}: {consequence}");
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
        ChannelStatus status = ChannelStatus.Done;
        while (status is ChannelStatus.Done or ChannelStatus.Again && await server.Channel.Readable() == Wake.Ready)
        {
            status = ChannelStatus.Done;
            for (int count = 0; count < MostPerTurn && status == ChannelStatus.Done; count++)
            {
                status = Receive(server);
            }

            if (status == ChannelStatus.Done)
            {
                await _context.Loop.NextTurn();
            }
        }

        _ = _early.Remove(server);
        server.Channel.Dispose();
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
