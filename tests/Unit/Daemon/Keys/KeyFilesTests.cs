using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

using Sluice.Daemon.Keys;
using Sluice.Engine.Processes;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Daemon.Keys;

public sealed class KeyFilesTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("rsa")]
    [InlineData("P-256")]
    [InlineData("ed25519")]
    public void A_pair_has_a_number_and_no_fault(string kind)
    {
        using KeyFiles files = new(running: null, _now) { Comparison = KeyComparison.Here };

        PairFiles tls = Pair("a", TestCertificate.Of(kind, "a.example"));
        TlsIdentity? identity = files.Identify("a", tls.Certificate, tls.Key, out PairFault fault);

        Assert.Equal((default, 1), (fault, identity?.KeyId));
    }

    [Fact]
    public void A_key_of_another_certificate_is_said_where_keys_are_compared()
    {
        using KeyFiles files = new(running: null, _now) { Comparison = KeyComparison.Here };
        PairFiles tls = Pair("a", new TestCertificate(TestCertificate.Of("P-256", "a").Certificate, TestCertificate.Of("P-256", "b").Key));

        Assert.Null(files.Identify("a", tls.Certificate, tls.Key, out PairFault fault));
        Assert.Equal(new PairFault(PairFaultKind.Unusable, $"{tls.Key} is not the key of {tls.Certificate}"), fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key\n")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")]
    public void What_is_no_key_is_said_where_keys_are_compared(string text)
    {
        using KeyFiles files = new(running: null, _now) { Comparison = KeyComparison.Here };
        PairFiles tls = Pair("a", new TestCertificate(TestCertificate.Of("P-256", "a").Certificate, TestCertificate.Bytes(text)));

        Assert.Null(files.Identify("a", tls.Certificate, tls.Key, out PairFault fault));
        Assert.Equal(new PairFault(PairFaultKind.Unusable, $"{tls.Key}: there is no private key without a passphrase in it"), fault);
    }

    [Fact]
    public void What_is_no_key_goes_to_the_keys_process_unread()
    {
        using KeyFiles files = new(running: null, _now);
        PairFiles tls = Pair("a", new TestCertificate(TestCertificate.Of("P-256", "a").Certificate, "no key"u8.ToArray()));

        Assert.Equal(1, files.Identify("a", tls.Certificate, tls.Key, out _)?.KeyId);
        using SealedMemory memory = Seal(files)["keys"];
        Assert.Equal(
            $"{tls.Key}: there is no private key without a passphrase in it",
            KeySlice.Read(memory)!.Keys[0].Pair.FindFault("no key"u8));
    }

    [Theory]
    [InlineData("password", "password", "")]
    [InlineData("password", "other", ": there is no private key in it that this password opens")]
    [InlineData("password", "", ": there is no private key without a passphrase in it")]
    [InlineData("", "", "")]
    public void An_authoritys_key_is_opened_by_its_password_where_keys_are_compared(string password, string given, string said)
    {
        using KeyFiles files = new(running: null, _now) { Comparison = KeyComparison.Here };
        PairFiles authority = Pair("a", Locked(password));

        TlsIdentity? identity = files.IdentifyAuthority("r", authority.Certificate, authority.Key, given, out PairFault fault);

        Assert.Equal(said.Length > 0 ? $"{authority.Key}{said}" : null, fault.Text);
        Assert.Equal(said.Length == 0, identity is not null);
    }

    [Fact]
    public void A_key_of_handshakes_is_another_one_than_the_same_of_an_authority()
    {
        using KeyFiles files = new(running: null, _now);
        PairFiles pair = Pair("a", TestCertificate.Of("P-256", "a"));

        int?[] numbers =
        [
            files.Identify("r", pair.Certificate, pair.Key, out _)?.KeyId,
            files.IdentifyAuthority("r", pair.Certificate, pair.Key, "", out _)?.KeyId,
            files.IdentifyAuthority("r", pair.Certificate, pair.Key, "password", out _)?.KeyId,
            files.IdentifyAuthority("s", pair.Certificate, pair.Key, "", out _)?.KeyId,
        ];

        Assert.Equal([1, 2, 3, 2], numbers);
        using SealedMemory memory = Seal(files)["keys"];
        Assert.Equal(["Handshakes ", "Leaves ", "Leaves password"], KeySlice.Read(memory)!.Keys.Select(static key => $"{key.Use} {Encoding.ASCII.GetString(key.Passphrase.Span)}"), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("key")]
    public void A_file_that_is_not_there_is_said(string file)
    {
        using KeyFiles files = new(running: null, _now);
        PairFiles tls = Pair("a", TestCertificate.Of("P-256", "a"));
        string path = Path.Combine(_folder, $"a.{file}");
        File.Delete(path);

        Assert.Null(files.Identify("a", tls.Certificate, tls.Key, out PairFault fault));
        Assert.Equal(new PairFault(PairFaultKind.Missing, $"{path}: No such file or directory"), fault);
    }

    [Fact]
    public void A_certificate_that_is_none_is_said()
    {
        using KeyFiles files = new(running: null, _now);
        PairFiles tls = Pair("a", new TestCertificate("none"u8.ToArray(), TestCertificate.Of("P-256", "a").Key));

        Assert.Null(files.Identify("a", tls.Certificate, tls.Key, out PairFault fault));
        Assert.Equal(new PairFault(PairFaultKind.Unusable, $"{tls.Certificate}: there is no certificate in it"), fault);
    }

    [Fact]
    public void A_key_in_the_file_of_the_certificate_does_not_go_to_servers()
    {
        using KeyFiles files = new(running: null, _now);
        TestCertificate pair = TestCertificate.Of("P-256", "a");
        PairFiles tls = Pair("a", new TestCertificate([.. pair.Key, (byte)'\n', .. pair.Certificate], pair.Key));

        Assert.Equal(Encoding.ASCII.GetString(pair.Certificate), files.Identify("a", tls.Certificate, tls.Key, out _)?.Certificate);
    }

    [Fact]
    public void Servers_with_the_same_pair_have_the_same_number()
    {
        using KeyFiles files = new(running: null, _now);
        PairFiles tls = Pair("a", TestCertificate.Of("P-256", "a"));

        Assert.Equal((1, 1), (files.Identify("x", tls.Certificate, tls.Key, out _)?.KeyId, files.Identify("y", tls.Certificate, tls.Key, out _)?.KeyId));
        using SealedMemory memory = Seal(files)["keys"];
        Assert.Equal(["x", "y"], KeySlice.Read(memory)!.Keys[0].Pair.Owners, StringComparer.Ordinal);
    }

    [Fact]
    public void A_load_without_keys_seals_nothing()
    {
        using KeyFiles files = new(running: null, _now);

        Assert.Empty(Seal(files));
    }

    [Fact]
    public void A_key_keeps_its_number_and_another_never_gets_it()
    {
        PairFiles tls = Pair("a", TestCertificate.Of("P-256", "a"));
        using SealedMemory first = Load(running: null, tls);
        using SealedMemory second = Load(first, Pair("a", TestCertificate.Of("P-256", "b")));
        using SealedMemory third = Load(second, Pair("a", TestCertificate.Of("P-256", "a")));

        Assert.Equal(["1 0"], Keys(first), StringComparer.Ordinal);
        Assert.Equal(["1 1", "2 0"], Keys(second), StringComparer.Ordinal);
        Assert.Equal(["1 0", "2 1"], Keys(third), StringComparer.Ordinal);
    }

    [Fact]
    public void A_key_outlives_seven_configurations()
    {
        SealedMemory running = Load(running: null, Pair("a", TestCertificate.Of("P-256", "a")));
        PairFiles other = Pair("b", TestCertificate.Of("P-256", "b"));
        string[] ages = [.. Enumerable.Range(0, 8).Select(_ => Keys(running = Load(running, other))[0])];

        Assert.Equal(["1 1", "1 2", "1 3", "1 4", "1 5", "1 6", "1 7", "2 0"], ages, StringComparer.Ordinal);
    }

    private PairFiles Pair(string name, TestCertificate pair)
    {
        string key = Path.Combine(_folder, $"{name}.key");
        File.WriteAllBytes(key, pair.Key);
        string certificate = Path.Combine(_folder, $"{name}.pem");
        File.WriteAllBytes(certificate, pair.Certificate);
        return new PairFiles(certificate, key);
    }

    private static TestCertificate Locked(string password)
    {
        TestCertificate open = TestCertificate.Of("P-256", "authority");
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(Encoding.ASCII.GetString(open.Key));
        return password.Length == 0
            ? open
            : open with { Key = TestCertificate.Bytes(key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000))) };
    }

    private static SealedMemory Load(SealedMemory? running, PairFiles tls)
    {
        using KeyFiles files = new(running, _now);
        _ = files.Identify("a", tls.Certificate, tls.Key, out _);
        return Seal(files)["keys"];
    }

    private static Dictionary<string, SealedMemory> Seal(KeyFiles files)
    {
        Dictionary<string, SealedMemory> payloads = new(StringComparer.Ordinal);
        files.AddTo(payloads);
        return payloads;
    }

    private static string[] Keys(SealedMemory memory)
    {
        KeySlice slice = KeySlice.Read(memory)!;
        return [.. slice.Keys.Select(key => $"{key.Id} {key.Age}")];
    }

    private sealed record PairFiles(string Certificate, string Key);
}
