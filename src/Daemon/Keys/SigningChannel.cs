using System;

using Sluice.Daemon.Wire;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls;

namespace Sluice.Daemon.Keys;

/// <summary>In a server: has handshakes signed by the keys process, which has the private keys.</summary>
/// <remarks>
/// The process waits for the answer, which comes in microseconds, and at most a second (D-07). After an answer that did not come
/// in time it asks no more until that one is there or a successor: so a keys process that is stuck costs one second, and not
/// one for each client. Without a keys process handshakes fail at once.
/// </remarks>
/// <param name="warn">Tells the operator of handshakes that could not be signed; called for each of them.</param>
public sealed class SigningChannel(Action<string> warn) : ISigner
{
    private readonly byte[] _answer = new byte[SigningReply.MostSignature + 64];
    private readonly WireWriter _question = new();
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

    private SigningResult Ask(
        SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
    {
        length = 0;
        if (_channel is null || (_answered < _asked && !HasCaughtUp(_channel)))
        {
            return SigningResult.Unavailable;
        }

        _question.Clear();
        new SigningRequest(_asked + 1, scheme, (int)keyId, content).Write(_question);
        if (_channel.TrySend(_question.Written) != ChannelStatus.Done)
        {
            return SigningResult.Unavailable;
        }

        _asked++;
        ChannelResult received = _channel.Receive(_answer, out ReceivedDescriptors descriptors, Patience);
        descriptors.Dispose();
        return Take(received, out SigningReply reply) && reply.Number == _asked
            ? Result(reply, signature, out length)
            : SigningResult.Unavailable;
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

    private static SigningResult Result(in SigningReply reply, Span<byte> signature, out int length)
    {
        length = 0;
        if (reply.Result != SigningResult.Done)
        {
            return reply.Result;
        }

        if (reply.Signature.Length > signature.Length)
        {
            return SigningResult.WrongScheme;
        }

        reply.Signature.CopyTo(signature);
        length = reply.Signature.Length;
        return SigningResult.Done;
    }
}
