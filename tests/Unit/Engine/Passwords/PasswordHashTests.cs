using System;
using System.Text;

using Sluice.Engine.Passwords;

using Xunit;

namespace Sluice.Unit.Engine.Passwords;

public sealed class PasswordHashTests
{
    // Of "U*U", by crypt_blowfish's own test; the other letters differ in how they take bytes above 127 only.
    private const string Bcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    private readonly PasswordHash _hash = new();

    [Theory]
    [InlineData("U*U", Bcrypt)]
    [InlineData("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("Hello world!", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    [InlineData("Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5")]
    public void A_right_password_is_recognized(string password, string hash) =>
        Assert.True(_hash.Verify(Bytes(password), Bytes(hash)));

    [Theory]
    [InlineData("U*V", Bcrypt)]
    [InlineData("", Bcrypt)]
    [InlineData("U*U", "")]
    [InlineData("", "")]
    [InlineData("U*U", Bcrypt + "\r")]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.")]
    [InlineData("plain", "plain")]
    [InlineData("x", "*0")]
    public void A_wrong_password_or_hash_is_refused(string password, string hash) =>
        Assert.False(_hash.Verify(Bytes(password), Bytes(hash)));

    [Fact]
    public void A_password_with_a_NUL_is_never_right() => Assert.False(_hash.Verify(Bytes("U*U\0x"), Bytes(Bcrypt)));

    [Fact]
    public void Bcrypt_looks_at_72_bytes()
    {
        byte[] hash = Hashed(new string('a', 73) + "b", cost: 4);

        Assert.True(_hash.Verify(Bytes(new string('a', 1023)), hash));
        Assert.False(_hash.Verify(Bytes(new string('a', 71)), hash));
    }

    [Fact]
    public void A_new_hash_is_bcrypt_of_60_bytes_with_its_cost_and_a_salt_of_its_own()
    {
        byte[] hash = Hashed("secret", cost: 5);

        Assert.StartsWith("$2b$05$", Encoding.ASCII.GetString(hash), StringComparison.Ordinal);
        Assert.Equal(60, hash.Length);
        Assert.NotEqual(hash, Hashed("secret", cost: 5));
        Assert.True(_hash.Verify("secret"u8, hash));
    }

    [Fact]
    public void A_cost_that_bcrypt_does_not_have_hashes_nothing() => Assert.Empty(Hashed("secret", cost: 32));

    [Theory]
    [InlineData(Bcrypt, HashUse.Usable)]
    [InlineData("$6$rounds=10000000$abc$", HashUse.Usable)]
    [InlineData("$6$rounds=10000001$abc$", HashUse.TooCostly)]
    [InlineData("$5$rounds=99999999999999999999$abc$", HashUse.TooCostly)]
    [InlineData("$2b$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", HashUse.TooCostly)]
    [InlineData("$apr1$abc$def", HashUse.Unknown)]
    [InlineData("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", HashUse.Unknown)]
    [InlineData("", HashUse.Unknown)]
    [InlineData("*", HashUse.Unknown)]
    [InlineData(Bcrypt + "\0", HashUse.Unknown)]
    public void What_a_hash_is_good_for_is_told(string hash, HashUse use) => Assert.Equal(use, _hash.UseOf(Bytes(hash)));

    [Fact]
    public void A_text_that_is_too_long_is_no_hash() => Assert.Equal(HashUse.Unknown, _hash.UseOf(new byte[PasswordHash.LongestHash + 1]));

    private byte[] Hashed(string password, int cost)
    {
        byte[] hash = new byte[PasswordHash.LongestHash];
        return hash[.._hash.Hash(Bytes(password), cost, hash)];
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
