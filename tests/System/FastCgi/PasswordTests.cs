using System;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>
/// Applications behind a password: they hear the name and not the password (H-FCGI-21, H-FCGI-23, H-AUTH-10), a client cannot forge the name, and nothing comes to
/// them before the password was found right.
/// </summary>
[Compares]
public sealed class PasswordTests(PasswordGround ground) : IClassFixture<PasswordGround>
{
    private const string Plain = "http://127.0.0.1", Secure = "https://127.0.0.1", Php = "/php/body.php";
    private const int Mebibyte = 1024 * 1024;

    private static readonly string _credentials = Convert.ToBase64String(Encoding.ASCII.GetBytes($"ada:{PasswordGround.Password}"));

    [Theory]
    [InlineData(Plain + "/any")]
    [InlineData(Secure + "/any")]
    [InlineData(Plain + Php)]
    [InlineData(Secure + Php)]
    public void An_application_hears_the_name_and_not_the_password(string where)
    {
        string answer = ground.Curl("-u", $"ada:{PasswordGround.Password}", where);

        Assert.EndsWith("200", answer, StringComparison.Ordinal);
        Assert.Contains("REMOTE_USER=ada\n", answer, StringComparison.Ordinal);
        Assert.Contains("HTTP_AUTHORIZATION=\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("PHP_AUTH", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(PasswordGround.Password, answer, StringComparison.Ordinal);
        Assert.DoesNotContain(_credentials, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Remote_User: root", Plain + "/any")]
    [InlineData("Remote-User: root", Plain + "/any")]
    [InlineData("REMOTE_USER: root", Secure + "/any")]
    [InlineData("Remote_User: root", Plain + Php)]
    [InlineData("Remote-User: root", Secure + Php)]
    [InlineData("REMOTE_USER: root", Plain + Php)]
    public void A_client_cannot_give_itself_another_name(string field, string where)
    {
        string answer = ground.Curl("-u", $"ada:{PasswordGround.Password}", "-H", field, where);

        Assert.Equal(["REMOTE_USER=ada"], answer.Split('\n').Where(line => line.StartsWith("REMOTE_USER=", StringComparison.Ordinal)), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("Remote_User: root")]
    [InlineData("Remote-User: root")]
    public void Where_nobody_is_asked_nobody_has_a_name(string field)
    {
        string answer = ground.Curl("-u", $"ada:{PasswordGround.Password}", "-H", field, Plain + "/open/any");

        Assert.DoesNotContain("\nREMOTE_USER=", answer, StringComparison.Ordinal);
        Assert.Contains($"HTTP_AUTHORIZATION=Basic {_credentials}\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Plain + "/any", "X: none")]
    [InlineData(Plain + "/any", "Transfer-Encoding: chunked")]
    [InlineData(Secure + "/any", "X: none")]
    [InlineData(Secure + "/any", "Transfer-Encoding: chunked")]
    [InlineData(Plain + Php, "X: none")]
    [InlineData(Plain + Php, "Transfer-Encoding: chunked")]
    [InlineData(Secure + Php, "X: none")]
    [InlineData(Secure + Php, "Transfer-Encoding: chunked")]
    public void A_wrong_password_reaches_no_application(string where, string field)
    {
        int before = ground.Calls;

        string answer = ground.Curl("-o", "/dev/null", "-u", $"{ground.Unknown()}:wrong", "-H", field, "--data-binary", "hello", where);

        Assert.Equal("401", answer);
        Assert.Equal(before, ground.Calls);
    }

    [Theory]
    [InlineData(Plain + "/any", "X: none", 5)]
    [InlineData(Plain + "/any", "X: none", 100_000)]
    [InlineData(Plain + "/any", "X: none", 4 * Mebibyte)]
    [InlineData(Plain + "/any", "Transfer-Encoding: chunked", 5)]
    [InlineData(Plain + "/any", "Transfer-Encoding: chunked", 4 * Mebibyte)]
    [InlineData(Secure + "/any", "X: none", 5)]
    [InlineData(Secure + "/any", "X: none", 4 * Mebibyte)]
    [InlineData(Secure + "/any", "Transfer-Encoding: chunked", 5)]
    [InlineData(Secure + "/any", "Transfer-Encoding: chunked", 4 * Mebibyte)]
    [InlineData(Plain + Php, "X: none", 4 * Mebibyte)]
    [InlineData(Plain + Php, "Transfer-Encoding: chunked", 4 * Mebibyte)]
    [InlineData(Secure + Php, "X: none", 4 * Mebibyte)]
    [InlineData(Secure + Php, "Transfer-Encoding: chunked", 4 * Mebibyte)]
    public void A_body_that_came_while_the_password_was_verified_is_whole(string where, string field, int count)
    {
        byte[] body = Site.Bytes(count);
        string user = ground.Unknown();

        string answer = ground.Curl(
            "-u", $"{user}:{PasswordGround.Password}", "-H", "Expect:", "-H", field, "--data-binary", $"@{ground.Upload("body", body)}", where);

        Assert.Contains($"REMOTE_USER={user}\n", answer, StringComparison.Ordinal);
        Assert.EndsWith(PasswordGround.LineOf(body) + "200", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 10", "hello", "world")]
    [InlineData("Content-Length: 10", "", "helloworld")]
    [InlineData("Transfer-Encoding: chunked", "5\r\nhello\r\n5\r", "\nworld\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "a\r\nhelloworld\r\n0\r\n\r\n", "")]
    public void A_body_in_two_parts_around_the_verdict_is_whole_and_the_next_request_is_its_own(string field, string first, string second)
    {
        using Client client = ground.Connect();
        string authorization = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ground.Unknown()}:{PasswordGround.Password}"));
        using (ground.StopVerifying())
        {
            client.Send($"POST /any HTTP/1.1\r\nHost: test\r\nAuthorization: Basic {authorization}\r\n{field}\r\n\r\n{first}");

            // The server answers in the order in which it is asked: it has this part when another client has its answer.
            ground.Curl(Plain + "/open/other");
        }

        int before = ground.Calls;
        client.Send(second + "GET /open/next HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.EndsWith(PasswordGround.LineOf("helloworld"u8), client.Read().Text, StringComparison.Ordinal);
        Assert.Contains("DOCUMENT_URI=/open/next\n", client.Read().Text, StringComparison.Ordinal);
        Assert.Equal(before + 2, ground.Calls);
    }

    // Each with its own verdict, in their order, over one connection.
    [Fact]
    public void Requests_behind_one_another_have_each_their_own_name()
    {
        using Client client = ground.Connect();
        string[] users = [ground.Unknown(), "ada", ground.Unknown()];
        int before = ground.Calls;

        client.Send(string.Concat(users.Select(user => Get(user, PasswordGround.Password))) + Get(ground.Unknown(), "wrong"));

        Assert.All(users, user => Assert.Contains($"REMOTE_USER={user}\n", client.Read().Text, StringComparison.Ordinal));
        Assert.Equal("401", client.Read().ToString());
        Assert.Equal(before + 3, ground.Calls);
    }

    private static string Get(string user, string password) =>
        $"GET /any HTTP/1.1\r\nHost: test\r\nAuthorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{user}:{password}"))}\r\n\r\n";
}
