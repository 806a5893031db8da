using System;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Passwords;

/// <summary>A password is in no process once its request is over, neither as text nor in the code of the field: not in a server, nor in the auth process (D-08, D-65).</summary>
public sealed class PasswordMemoryTests(MemoryGround ground) : IClassFixture<MemoryGround>
{
    private static readonly string _long = $"X-Long: {new string('l', 5500)}\r\n";

    // Each user's password is of the other length than the one's before: both lengths in each row.
    [Theory]
    [InlineData(80, "GET /f HTTP/1.1\r\nHost: test\r\n", 200)]
    [InlineData(80, "GET /open/f HTTP/1.1\r\nHost: test\r\n", 200)]
    [InlineData(80, "GET /missing HTTP/1.1\r\nHost: test\r\n", 404)]
    [InlineData(80, "GET /app/ HTTP/1.1\r\nHost: test\r\n", 200)]
    [InlineData(80, "GET /f HTTP/1.1\r\nHost: test\r\nExpect: wonders\r\n", 417)]
    [InlineData(80, "BREW /f HTTP/1.1\r\nHost: test\r\n", 501)]
    [InlineData(80, "POST /f HTTP/1.1\r\nHost: test\r\nContent-Length: 99999999\r\n", 413)]
    [InlineData(443, "GET /f HTTP/1.1\r\nHost: test\r\n", 200)]
    [InlineData(443, "GET /open/f HTTP/1.1\r\nHost: test\r\n", 200)]
    [InlineData(443, "GET /app/ HTTP/1.1\r\nHost: test\r\n", 200)]
    public void A_right_password_is_nowhere_behind_the_answer(int port, string beginning, int status)
    {
        MemoryGround.Secret first = ground.Next(), second = ground.Next();
        using (IDisposable connection = ground.Ask(port, out int outcome, $"{beginning}{first.Field}\r\n"))
        using (IDisposable another = ground.Ask(port, out int longOutcome, $"{beginning}{_long}{second.Field}\r\n"))
        {
            Assert.Equal((status, status), (outcome, longOutcome));
            Assert.Empty(ground.Search(first));
            Assert.Empty(ground.Search(second));
        }

        Assert.Empty(ground.Search(first));
        Assert.Empty(ground.Search(second));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(443)]
    public void A_wrong_password_is_nowhere_behind_the_answer(int port)
    {
        MemoryGround.Secret secret = ground.Next() with { User = "nobody" };
        using IDisposable connection = ground.Ask(port, out int status, $"GET /f HTTP/1.1\r\nHost: test\r\n{secret.Field}\r\n");

        Assert.Equal(401, status);
        Assert.Empty(ground.Search(secret));
    }

    // In two parts: what was received and not read yet is moved where there is no room behind it.
    [Theory]
    [InlineData(80)]
    [InlineData(443)]
    public void A_head_that_comes_in_parts_leaves_nothing(int port)
    {
        MemoryGround.Secret secret = ground.Next();
        string head = $"GET /f HTTP/1.1\r\nHost: test\r\n{secret.Field}";
        int cut = head.Length - 30;
        using IDisposable connection = ground.Ask(port, out int status, head[..cut], head[cut..], "\r\n");

        Assert.Equal(200, status);
        Assert.Empty(ground.Search(secret));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(443)]
    public void A_head_behind_another_request_leaves_nothing(int port)
    {
        MemoryGround.Secret secret = ground.Next();
        string before = $"GET /open/f HTTP/1.1\r\nHost: test\r\n{_long}X: {new string('x', 2000)}\r\n\r\n";
        string head = $"GET /f HTTP/1.1\r\nHost: test\r\n{_long}{secret.Field}";
        using IDisposable connection = ground.Ask(port, out int status, before + head, "\r\n");

        Assert.Equal(200, status);
        Assert.Empty(ground.Search(secret));
    }

    [Theory]
    [InlineData("Authorization : Basic {0}\r\n\r\n", 400)]
    [InlineData("Authorization: Basic {0}\r\nBad Name: x\r\n\r\n", 400)]
    [InlineData("Authorization: Basic {0}\r\nHost: another\r\n\r\n", 400)]
    [InlineData("Authorization: Basic {0}\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400)]
    [InlineData("Authorization: Basic {0}\r\nAuthorization: Basic {0}\r\n\r\n", 401)]
    [InlineData("Authorization: Basic {0}\u00e4\r\n\r\n", 401)]
    [InlineData("Authorization: Other {0}\r\n\r\n", 401)]
    public void A_head_that_is_refused_leaves_nothing(string fields, int expected)
    {
        MemoryGround.Secret secret = ground.Next();
        using (ground.Ask(80, out int status, $"GET /f HTTP/1.1\r\nHost: test\r\nX: {new string('x', 300)}\r\n" + fields.Replace("{0}", secret.Credentials, StringComparison.Ordinal)))
        {
            Assert.Equal(expected, status);
        }

        Assert.Empty(ground.Search(secret));
    }

    [Fact]
    public void A_head_that_is_too_long_leaves_nothing()
    {
        MemoryGround.Secret secret = ground.Next();
        using (ground.Ask(80, out int status, $"GET /f HTTP/1.1\r\nHost: test\r\n{secret.Field}X: {new string('x', 20_000)}"))
        {
            Assert.Equal(431, status);
        }

        Assert.Empty(ground.Search(secret));
    }

    [Fact]
    public void A_head_that_never_ends_leaves_nothing()
    {
        MemoryGround.Secret secret = ground.Next();
        using (Peer peer = ground.Begin($"GET /f HTTP/1.1\r\nHost: test\r\n{secret.Field}X-"))
        {
            Assert.Equal(408, Heads.Status(peer.Answer().Head));
        }

        Assert.Empty(ground.Search(secret));
    }

    [Fact]
    public void A_client_that_leaves_within_its_head_leaves_nothing()
    {
        MemoryGround.Secret secret = ground.Next();
        ground.Begin($"GET /f HTTP/1.1\r\nHost: test\r\n{secret.Field}X-").Dispose();

        Assert.Empty(ground.Search(secret));
    }

    // What is looked for is found while it is there.
    [Fact]
    public void A_client_that_leaves_while_its_password_is_verified_leaves_nothing()
    {
        MemoryGround.Secret secret = ground.Next();

        Assert.NotEmpty(ground.SearchWhileAsked(secret, $"GET /f HTTP/1.1\r\nHost: test\r\n{secret.Field}\r\n", peer => peer.Dispose()));
        Assert.Empty(ground.Search(secret));
    }
}
