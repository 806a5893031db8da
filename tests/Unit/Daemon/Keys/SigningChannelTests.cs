using System;
using System.Collections.Generic;
using System.Diagnostics;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Wire;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls.Signing;

using Xunit;

namespace Sluice.Unit.Daemon.Keys;

/// <summary>A server's end of the channel to the keys process. The test is that process, and has answered before it is asked.</summary>
public sealed class SigningChannelTests : IDisposable
{
    private readonly byte[] _signature = new byte[512];
    private readonly List<string> _said = [];
    private readonly SigningChannel _signer;
    private Channel _keys;

    public SigningChannelTests()
    {
        _signer = new SigningChannel(_said.Add);
        _keys = Connect();
    }

    public void Dispose()
    {
        _keys.Dispose();
        // The server's end goes with its successor's.
        Connect().Dispose();
    }

    [Fact]
    public void A_question_says_all_that_is_asked()
    {
        Answer(1, SigningResult.Done, "signed"u8);

        Assert.Equal((SigningResult.Done, 6), (Sign(out int length), length));

        byte[] message = new byte[SigningRequest.MostContent];
        Assert.True(SigningRequest.TryRead(message.AsSpan(0, _keys.TryReceive(message, out _).LengthBytes), out SigningRequest request));
        Assert.Equal((1, SignatureScheme.EcdsaSha256, 7), (request.Number, request.Scheme, request.KeyId));
        Assert.Equal("content"u8, request.Content);
    }

    [Fact]
    public void A_refusal_is_handed_on_and_said()
    {
        Answer(1, SigningResult.UnknownKey, default);

        Assert.Equal(SigningResult.UnknownKey, Sign(out _));
        Assert.Equal(["the keys process does not sign with key 7: UnknownKey"], _said, StringComparer.Ordinal);
    }

    [Fact]
    public void Without_a_keys_process_it_fails_at_once()
    {
        SigningChannel signer = new(_said.Add) { Patience = TimeSpan.FromHours(1) };
        Connect(signer).Dispose();
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal((SigningResult.Unavailable, SigningResult.Unavailable), (Sign(signer, out _), Sign(signer, out _)));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, signer.Patience);
    }

    [Fact]
    public void A_successor_is_asked()
    {
        _keys.Dispose();
        _ = Sign(out _);
        _keys = Connect();
        Answer(1, SigningResult.Done, "signed"u8);

        Assert.Equal(SigningResult.Done, Sign(out _));
    }

    [Fact]
    public void An_answer_that_does_not_come_costs_a_second_and_only_once()
    {
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(SigningResult.Unavailable, Sign(out _));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(30));

        // The second one is not even asked, so there is nothing to wait for.
        Assert.Equal(SigningResult.Unavailable, Sign(out _));
        Assert.Equal([1], Questions());
    }

    [Fact]
    public void A_late_answer_is_thrown_away_and_the_next_one_counts()
    {
        Assert.Equal(SigningResult.Unavailable, Sign(out _));
        Answer(1, SigningResult.Done, "late"u8);
        Answer(2, SigningResult.Done, "in time"u8);

        Assert.Equal((SigningResult.Done, 7), (Sign(out int length), length));
    }

    [Fact]
    public void A_signature_that_does_not_fit_is_none()
    {
        Answer(1, SigningResult.Done, new byte[1000]);

        Assert.Equal((SigningResult.WrongScheme, 0), (Sign(out int length), length));
    }

    [Fact]
    public void A_leaf_is_asked_for_with_all_that_it_is_made_of()
    {
        byte[] leaf = new byte[LeafIssuer.MostBytes];
        leaf[^1] = 1;
        Answer(1, SigningResult.Done, leaf);

        Assert.Equal(SigningResult.Done, _signer.Issue(7, LeafTrust.Unknown, 3, "original"u8, out byte[] issued));

        Assert.Equal(leaf, issued);
        byte[] message = new byte[SigningRequest.MostContent];
        Assert.True(LeafRequest.TryRead(message.AsSpan(0, _keys.TryReceive(message, out _).LengthBytes), out LeafRequest request));
        Assert.Equal((1, 7, LeafTrust.Unknown, 3), (request.Number, request.AuthorityId, request.Trust, request.KeyId));
        Assert.Equal("original"u8, request.Original);
    }

    [Fact]
    public void A_leaf_that_is_refused_is_none()
    {
        Answer(1, SigningResult.NotACertificate, default);

        Assert.Equal(SigningResult.NotACertificate, _signer.Issue(7, LeafTrust.Known, 3, "original"u8, out byte[] issued));
        Assert.Equal(SigningResult.NotACertificate, _signer.Issue(7, LeafTrust.Known, 3, new byte[LeafIssuer.MostBytes + 1], out _));
        Assert.Empty(issued);
    }

    [Fact]
    public void What_is_no_answer_ends_the_conversation()
    {
        _ = _keys.Send("nonsense"u8);

        Assert.Equal((SigningResult.Unavailable, SigningResult.Unavailable), (Sign(out _), Sign(out _)));
    }

    private SigningResult Sign(out int length) => Sign(_signer, out length);

    private SigningResult Sign(SigningChannel signer, out int length) =>
        signer.Sign(SignatureScheme.EcdsaSha256, 7, "content"u8, _signature, out length);

    // The numbers of all that were asked since.
    private List<long> Questions()
    {
        List<long> numbers = [];
        byte[] message = new byte[SigningRequest.MostContent];
        ChannelResult received;
        while ((received = _keys.TryReceive(message, out _)).Status == ChannelStatus.Done)
        {
            _ = SigningRequest.TryRead(message.AsSpan(0, received.LengthBytes), out SigningRequest request);
            numbers.Add(request.Number);
        }

        return numbers;
    }

    private Channel Connect() => Connect(_signer);

    private static Channel Connect(SigningChannel signer)
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        signer.Connect(theirs);
        return ours;
    }

    private void Answer(long number, SigningResult result, ReadOnlySpan<byte> signature)
    {
        WireWriter writer = new();
        new SigningReply(number, result, signature).Write(writer);
        _ = _keys.Send(writer.Written);
    }
}
