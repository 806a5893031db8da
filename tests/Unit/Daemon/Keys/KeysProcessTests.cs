using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;

using Sluice.Daemon.Keys;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine.Buffers;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls.Signing;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Keys;

/// <summary>The keys process on a loop of the test, which is its one server.</summary>
public sealed class KeysProcessTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly SaidLines _said = new();
    private readonly Statistics _statistics = Statistics.Create("keys");
    private readonly ChildContext _context;
    private readonly Channel _server;
    private readonly byte[] _message = new byte[Channel.LongestMessage];

    public KeysProcessTests()
    {
        _context = new ChildContext(Roles.Httpd.Find("keys")!, 0, _run.Loop, new Log(_said, 0), _statistics);
        (_server, Channel theirs) = Channel.CreatePair();
        theirs.Attach(_run.Loop);
        _server.Attach(_run.Loop);
        _context.Take(new Peer("server", 1, theirs));
        TakeKeys(1);
    }

    public void Dispose()
    {
        _server.Dispose();
        _statistics.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void A_handshake_is_signed()
    {
        SigningResult result = SigningResult.Unavailable;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, keyId: 1, Handshake());
            result = await Answer(1);
        });

        Assert.Equal(SigningResult.Done, result);
        Assert.Empty(_said.Lines);
    }

    [Fact]
    public void What_is_no_handshake_is_refused_and_reported_once_with_the_name_of_who_asked()
    {
        SigningResult first = SigningResult.Unavailable;
        SigningResult second = SigningResult.Unavailable;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, keyId: 1, "a certificate of somebody else"u8.ToArray());
            first = await Answer(1);
            Ask(2, keyId: 1, "another"u8.ToArray());
            second = await Answer(2);
        });

        Assert.Equal((SigningResult.NotAHandshake, SigningResult.NotAHandshake), (first, second));
        Assert.Equal(["Warning server 2 asked for a signature under what is no handshake of TLS: refused"], _said.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_no_question_is_refused_and_reported()
    {
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            _ = _server.TrySend("nonsense"u8);
            _ = await Answer(0);
        });

        Assert.Single(_said.Lines);
    }

    [Fact]
    public void A_key_that_is_known_no_more_is_said_at_once()
    {
        TakeKeys(5);
        SigningResult result = SigningResult.Unavailable;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, keyId: 1, Handshake());
            result = await Answer(1);
        });

        Assert.Equal(SigningResult.UnknownKey, result);
    }

    [Fact]
    public void A_key_of_the_next_configuration_is_waited_for()
    {
        SigningResult result = SigningResult.Unavailable;
        bool wasAnswered = true;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, keyId: 2, Handshake());
            await _run.Pass(TimeSpan.Zero);
            wasAnswered = _server.TryReceive(_message, out _).Status == ChannelStatus.Done;
            TakeKeys(2);
            _context.Reconfigured();
            result = await Answer(1);
        });

        Assert.Equal((false, SigningResult.Done), (wasAnswered, result));
    }

    [Fact]
    public void A_key_that_does_not_fit_is_said_for_each_server_and_signs_nothing()
    {
        TakeKeys(1, keyName: "other");
        SigningResult result = SigningResult.Done;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, keyId: 1, Handshake());
            result = await Answer(1);
        });

        Assert.Equal(SigningResult.UnknownKey, result);
        Assert.Equal(
            [
                "Warning server \"x\": failed to load public/private keys: /k is not the key of /c: its handshakes fail",
                "Warning server \"y\": failed to load public/private keys: /k is not the key of /c: its handshakes fail",
            ],
            _said.Lines,
            StringComparer.Ordinal);
    }

    [Fact]
    public void Of_keys_that_were_replaced_those_of_no_use_are_told_to_the_parent_and_said_once()
    {
        List<Message> told = [];
        _context.ToParent = told.Add;
        _run.Run(() =>
        {
            KeysProcess.Run(_context);
            TakeKeys(2, keyName: "other");
            _context.Renewed(5);
            _context.Renewed(6);
            return default;
        });

        Assert.Equal([new KeysVerdict(1, 5, [2]), new KeysVerdict(1, 6, [2])], told.OfType<KeysVerdict>());
        Assert.Equal(
            [
                "Warning server \"x\": /k is not the key of /c: what was replaced is not used, the certificate before it still is",
                "Warning server \"y\": /k is not the key of /c: what was replaced is not used, the certificate before it still is",
            ],
            _said.Lines,
            StringComparer.Ordinal);
    }

    [Fact]
    public void Keys_that_are_tried_are_told_of_and_not_taken()
    {
        List<Message> told = [];
        _context.ToParent = told.Add;
        SigningResult result = SigningResult.Done;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            _context.Trial(5, Slice(1));
            _context.Trial(6, Slice(2, keyName: "other"));
            _context.Trial(7, Slice(2));
            TakeKeys(3);
            _context.Reconfigured();
            Ask(1, keyId: 2, Handshake());
            result = await Answer(1);
        });

        Assert.Equal(
            [new KeysFaults(1, 5, []), new KeysFaults(1, 6, ["server \"x\": /k is not the key of /c", "server \"y\": /k is not the key of /c"]), new KeysFaults(1, 7, [])],
            told.OfType<KeysFaults>());
        Assert.Equal(SigningResult.UnknownKey, result);
        Assert.Empty(_said.Lines);
    }

    [Fact]
    public void A_key_that_does_not_fit_is_not_said_again_when_no_server_has_it_any_more()
    {
        TakeKeys(1, keyName: "other", age: 1);
        _run.Run(() =>
        {
            KeysProcess.Run(_context);
            return default;
        });

        Assert.Empty(_said.Lines);
    }

    [Theory]
    [InlineData(2, 1, SigningResult.Done)]
    [InlineData(1, 1, SigningResult.UnknownKey)]
    [InlineData(2, 2, SigningResult.UnknownKey)]
    [InlineData(1, 2, SigningResult.UnknownKey)]
    public void A_leaf_is_issued_by_a_key_of_authorities_under_a_key_of_handshakes(int authority, int key, SigningResult expected)
    {
        TakeBoth();
        SigningResult result = SigningResult.Unavailable;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, authority, key, TestOriginal.Full);
            result = await Answer(1);
        });

        Assert.Equal(expected, result);
        Assert.Empty(_said.Lines);
    }

    [Fact]
    public void The_key_of_an_authority_signs_no_handshake()
    {
        TakeBoth();
        SigningResult result = SigningResult.Unavailable;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, keyId: 2, Handshake());
            result = await Answer(1);
        });

        Assert.Equal(SigningResult.UnknownKey, result);
    }

    [Fact]
    public void What_is_no_certificate_is_refused_and_reported_with_the_name_of_who_asked()
    {
        TakeBoth();
        SigningResult result = SigningResult.Unavailable;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, authority: 2, keyId: 1, TestOriginal.Full[..^1]);
            result = await Answer(1);
        });

        Assert.Equal(SigningResult.NotACertificate, result);
        Assert.Equal(["Warning server 2 asked for a copy of what is no certificate: refused"], _said.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_longer_than_any_certificate_is_no_question()
    {
        TakeBoth();
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, authority: 2, keyId: 1, new byte[LeafIssuer.MostBytes + 1]);
            _ = await Answer(0);
        });

        Assert.Single(_said.Lines);
    }

    [Fact]
    public void An_authority_of_the_next_configuration_is_waited_for()
    {
        SigningResult result = SigningResult.Unavailable;
        _run.Run(async () =>
        {
            KeysProcess.Run(_context);
            Ask(1, authority: 2, keyId: 1, TestOriginal.Full);
            await _run.Pass(TimeSpan.Zero);
            TakeBoth();
            _context.Reconfigured();
            result = await Answer(1);
        });

        Assert.Equal(SigningResult.Done, result);
    }

    [Fact]
    public void An_authority_whose_password_is_another_is_said()
    {
        TakeBoth(passphrase: "other");
        _run.Run(() =>
        {
            KeysProcess.Run(_context);
            return default;
        });

        Assert.Equal(
            ["Warning relay z: failed to load public/private keys: /ca.key: there is no private key in it that this password opens: it can inspect nothing"],
            _said.Lines,
            StringComparer.Ordinal);
    }

    // 1 signs handshakes, 2 issues.
    private void TakeBoth(string passphrase = "password")
    {
        TestCertificate authority = TestCertificate.Of("P-256", "authority");
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(Encoding.ASCII.GetString(authority.Key));
        string locked = key.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        KeySlice slice = new(3, [
            new HeldKey(1, 0, new KeyPair(Encoding.ASCII.GetString(TestCertificate.Of("P-256", "a").Certificate), "/c", "/k", ["x"]), Held(TestCertificate.Of("P-256", "a").Key)),
            new HeldKey(2, 0, new KeyPair(Encoding.ASCII.GetString(authority.Certificate), "/ca", "/ca.key", ["relay z"]), Held(TestCertificate.Bytes(locked)))
            {
                Use = KeyUse.Leaves,
                Passphrase = Held(TestCertificate.Bytes(passphrase)),
            },
        ]);
        using SealedMemory memory = slice.Seal();
        _context.Take(1, memory.Read(), []);
    }

    private static SecretBytes Held(byte[] bytes)
    {
        SecretBytes held = new(bytes.Length);
        bytes.CopyTo(held.Span);
        return held;
    }

    private void Ask(long number, int authority, int keyId, byte[] original)
    {
        WireWriter writer = new();
        new LeafRequest(number, authority, LeafTrust.Known, keyId, original).Write(writer);
        _ = _server.TrySend(writer.Written);
    }

    private void TakeKeys(int id, string keyName = "a", int age = 0) => _context.Take(1, Slice(id, keyName, age), []);

    private static byte[] Slice(int id, string keyName = "a", int age = 0)
    {
        SecretBytes held = Held(TestCertificate.Of("P-256", keyName).Key);
        KeyPair pair = new(Encoding.ASCII.GetString(TestCertificate.Of("P-256", "a").Certificate), "/c", "/k", ["server \"x\"", "server \"y\""]);
        KeySlice slice = new(id + 1, [new HeldKey(id, age, pair, held)]);
        using SealedMemory memory = slice.Seal();
        return memory.Read();
    }

    private static byte[] Handshake() =>
        [.. Enumerable.Repeat((byte)' ', 64), .. "TLS 1.3, server CertificateVerify\0"u8, .. new byte[32]];

    private void Ask(long number, int keyId, byte[] content)
    {
        WireWriter writer = new();
        new SigningRequest(number, SignatureScheme.EcdsaSha256, keyId, content).Write(writer);
        _ = _server.TrySend(writer.Written);
    }

    private async ValueTask<SigningResult> Answer(long number)
    {
        ChannelResult received;
        while ((received = _server.TryReceive(_message, out _)).Status == ChannelStatus.Again)
        {
            Assert.Equal(Wake.Ready, await _server.Readable());
        }

        Assert.True(SigningReply.TryRead(_message.AsSpan(0, received.LengthBytes), out SigningReply reply));
        Assert.Equal(number, reply.Number);
        Assert.Equal(reply.Result == SigningResult.Done, !reply.Made.IsEmpty);
        return reply.Result;
    }
}
