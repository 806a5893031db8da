using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls;

namespace Sluice.Daemon.Keys;

/// <summary>The keys process: has the private keys, signs handshakes with them, and does nothing else.</summary>
/// <remarks>It may receive from the servers, answer them and speak to the parent. It opens no file and no socket, and runs as
/// a user of its own in <c>/var/empty</c>. What a server asks for it looks at first: only what a server signs in a handshake is
/// signed (D-07). It is not there where nobody speaks TLS.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The keys live as long as their process.")]
public sealed class KeysProcess
{
    /// <summary>Signatures for one server in a turn; with RSA each takes a millisecond. Then the others have theirs.</summary>
    private const int MostPerTurn = 8;

    private readonly ChildContext _context;
    private readonly byte[] _question = new byte[SigningRequest.MostContent + 64];
    private readonly byte[] _signature = new byte[SigningReply.MostSignature];
    private readonly WireWriter _answer = new();

    /// <summary>Questions for keys of a configuration that is not here yet; one of each server, which waits for the answer.</summary>
    private readonly Dictionary<Client, byte[]> _early = [];

    private TlsSigner _signer = new();
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
        TlsSigner signer = new();
        foreach (HeldKey key in slice.Keys)
        {
            string? fault = key.Pair.FindFault(key.Pem.Span);
            if (fault is null && !signer.TryAdd((uint)key.Id, key.Pem.Span, out string error))
            {
                fault = $"{key.Pair.KeyFile}: {error}";
            }

            Report(key, fault);
        }

        slice.Clear();
        _signer.Dispose();
        _signer = signer;
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
            _context.Log.Warning($"{owner}: failed to load public/private keys: {fault}: its handshakes fail");
        }
    }

    private void Serve(Peer peer)
    {
        string name = $"{peer.Role} {peer.Instance + 1}";
        Client server = new(name, peer.Channel, new RareWarning(_context.Loop, _context.Log));
        _context.Loop.Spawn(() => Serve(server));
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
            case ChannelStatus.Done when SigningRequest.TryRead(question, out SigningRequest request) && request.KeyId >= _nextId:
                // A reload reached the server first.
                _early[server] = question.ToArray();
                return ChannelStatus.Done;
            case ChannelStatus.Done:
                Answer(server, question);
                return ChannelStatus.Done;
            case ChannelStatus.Truncated:
                Report(server);
                return ChannelStatus.Done;
            default:
                return received.Status;
        }
    }

    private void Answer(Client server, ReadOnlySpan<byte> question)
    {
        int length = 0;
        SigningResult result = SigningRequest.TryRead(question, out SigningRequest request)
            ? _signer.Sign(request.Scheme, (uint)request.KeyId, request.Content, _signature, out length)
            : SigningResult.NotAHandshake;
        if (result == SigningResult.NotAHandshake)
        {
            Report(server);
        }

        _answer.Clear();
        new SigningReply(request.Number, result, _signature.AsSpan(0, length)).Write(_answer);
        // Who lets its queue run full does not wait for answers.
        _ = server.Channel.TrySend(_answer.Written);
    }

    // Nobody asks for that who was not broken into.
    private static void Report(Client server) =>
        server.Warning.Say($"{server.Name} asked for a signature under what is no handshake of TLS: refused");

    /// <summary>A server process.</summary>
    private sealed record Client(string Name, Channel Channel, RareWarning Warning);
}
