using System;

using Sluice.Daemon.Wire;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls.Signing;

namespace Sluice.Daemon.Keys;

/// <summary>In a server: has handshakes signed and leaves issued by the keys process, which has the private keys.</summary>
/// <remarks>
/// The process waits for the answer, which comes in microseconds, and at most a second (D-07). After an answer that did not come
/// in time it asks no more until that one is there or a successor: so a keys process that is stuck costs one second, and not
/// one for each client. Without a keys process handshakes fail at once.
/// </remarks>
/// <param name="warn">Tells the operator of handshakes that could not be signed; called for each of them.</param>
public sealed class SigningChannel(Action<string> warn) : ISigner
{
    // Of an answer, around what was made.
    private const int MostAround = 64;

    private readonly WireWriter _question = new();
    private byte[] _answer = new byte[SigningReply.MostSignature + MostAround];
    private Channel? _channel;

    // The last question; the answer to it is missing while this is above _answered.
    private long _asked;
    private long _answered;

    /// <summary>How long an answer is waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A keys process is there: the first one, or a successor.</summary>
    public void Connect(Channel channel)
    {
        _channel?.Dispose();
        _channel = channel;
        _answered = _asked;
    }

    /// <inheritdoc/>
    public SigningResult Sign(
        SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
    {
        SigningResult result = Ask(scheme, keyId, content, signature, out length);
        switch (result)
        {
            case SigningResult.Done:
                break;
            case SigningResult.Unavailable:
                warn("the keys process does not answer: handshakes fail");
                break;
            default:
                warn($"the keys process does not sign with key {keyId}: {result}");
                break;
        }

        return result;
    }

    /// <summary>Has a copy of a certificate issued.</summary>
    /// <param name="authorityId">The key of the authority.</param>
    /// <param name="trust">Whether it is to sign, or one that nobody knows.</param>
    /// <param name="keyId">The key that the copy is under.</param>
    /// <param name="original">DER.</param>
    /// <param name="leaf">DER; empty where there is none.</param>
    public SigningResult Issue(int authorityId, LeafTrust trust, int keyId, ReadOnlySpan<byte> original, out byte[] leaf)
    {
        leaf = [];
        if (original.Length > LeafIssuer.MostBytes)
        {
            return SigningResult.NotACertificate;
        }

        if (_answer.Length < LeafIssuer.MostBytes + MostAround)
        {
            // Those who inspect nothing have no need of so much.
            _answer = new byte[LeafIssuer.MostBytes + MostAround];
        }

        _question.Clear();
        new LeafRequest(_asked + 1, authorityId, trust, keyId, original).Write(_question);
        SigningResult result = Ask(out SigningReply reply);
        leaf = result == SigningResult.Done ? reply.Made.ToArray() : [];
        return result;
    }

    private SigningResult Ask(
        SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
    {
        length = 0;
        _question.Clear();
        new SigningRequest(_asked + 1, scheme, (int)keyId, content).Write(_question);
        SigningResult result = Ask(out SigningReply reply);
        if (result == SigningResult.Done && reply.Made.Length > signature.Length)
        {
            return SigningResult.WrongScheme;
        }

        reply.Made.CopyTo(signature);
        length = reply.Made.Length;
        return result;
    }

    // What was written into the question. Where it is not done, the reply is empty.
    private SigningResult Ask(out SigningReply reply)
    {
        reply = default;
        if (_channel is null || (_answered < _asked && !HasCaughtUp(_channel)) || _channel.TrySend(_question.Written) != ChannelStatus.Done)
        {
            return SigningResult.Unavailable;
        }

        _asked++;
        ChannelResult received = _channel.Receive(_answer, out ReceivedDescriptors descriptors, Patience);
        descriptors.Dispose();
        bool isAnswered = Take(received, out SigningReply taken) && taken.Number == _asked;
        SigningResult result = isAnswered ? taken.Result : SigningResult.Unavailable;
        reply = result == SigningResult.Done ? taken : default;
        return result;
    }

    /// <summary>Takes an answer that is late, if it is there, and throws it away.</summary>
    private bool HasCaughtUp(Channel channel)
    {
        ChannelResult received;
        do
        {
            received = channel.TryReceive(_answer, out ReceivedDescriptors descriptors);
            descriptors.Dispose();
        }
        while (Take(received, out _) && _answered < _asked);
        return _answered == _asked && _channel is not null;
    }

    /// <summary>False where there is no answer; then a channel that has ended is given up.</summary>
    private bool Take(ChannelResult received, out SigningReply reply)
    {
        reply = default;
        if (received.Status == ChannelStatus.Done && SigningReply.TryRead(_answer.AsSpan(0, received.LengthBytes), out reply))
        {
            _answered = reply.Number;
            return true;
        }

        if (received.Status != ChannelStatus.Again)
        {
            _channel?.Dispose();
            _channel = null;
        }

        return false;
    }
}
