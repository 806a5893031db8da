using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Regress;

/// <summary>Upstream's own regression cases, played by player/play.py in namespaces of their own.</summary>
[Compares]
public sealed class RegressionTests(RegressionGround ground) : IClassFixture<RegressionGround>
{
    [Theory]
    [InlineData("args-default")]
    [InlineData("args-get-512")]
    [InlineData("args-get-1048576")]
    [InlineData("args-get-1073741824")]
    [InlineData("args-get-slash")]
    [InlineData("args-get-range-512")]
    [InlineData("args-get-range-multipart")]
    [InlineData("args-log-user-agent")]
    [InlineData("args-tls")]
    [InlineData("args-tls-get-1073741824")]
    [InlineData("args-tls-get-range-512")]
    [InlineData("args-tls-get-range-multipart")]
    public void A_case_of_upstream_passes(string name) =>
        Assert.StartsWith("pass ", ground.Verdict($"httpd {name}.pl"), StringComparison.Ordinal);

    [Theory]
    [InlineData("args-default")]
    [InlineData("args-dryrun")]
    [InlineData("args-reverse")]
    [InlineData("args-timein")]
    [InlineData("args-timeout")]
    [InlineData("args-timeget")]
    [InlineData("args-timeput")]
    public void A_case_of_plain_relays_passes_by_copying_and_by_splicing(string name)
    {
        Assert.StartsWith("pass ", ground.Verdict($"relayd {name}.pl copy"), StringComparison.Ordinal);
        Assert.StartsWith("pass ", ground.Verdict($"relayd {name}.pl splice"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("args-http-append-header")]
    [InlineData("args-http-append")]
    [InlineData("args-http-callback")]
    [InlineData("args-http-change-cookie")]
    [InlineData("args-http-change-path")]
    [InlineData("args-http-change")]
    [InlineData("args-http-chunked-callback")]
    [InlineData("args-http-chunked-put")]
    [InlineData("args-http-chunked")]
    [InlineData("args-http-contentlength")]
    [InlineData("args-http-expect")]
    [InlineData("args-http-filter-block")]
    [InlineData("args-http-filter-contentlength")]
    [InlineData("args-http-filter-cookie")]
    [InlineData("args-http-filter-method")]
    [InlineData("args-http-filter-null-host")]
    [InlineData("args-http-filter-persistent")]
    [InlineData("args-http-filter-put-contentlength")]
    [InlineData("args-http-filter-put")]
    [InlineData("args-http-filter-url-digest")]
    [InlineData("args-http-filter-url-file")]
    [InlineData("args-http-filter-url")]
    [InlineData("args-http-filter")]
    [InlineData("args-http-hash")]
    [InlineData("args-http-headerlength")]
    [InlineData("args-http-headline-callback")]
    [InlineData("args-http-headline-close")]
    [InlineData("args-http-host")]
    [InlineData("args-http-host2")]
    [InlineData("args-http-host3")]
    [InlineData("args-http-host4")]
    [InlineData("args-http-label")]
    [InlineData("args-http-log")]
    [InlineData("args-http-mark-marked")]
    [InlineData("args-http-mark-marked2")]
    [InlineData("args-http-mark")]
    [InlineData("args-http-multi")]
    [InlineData("args-http-persistent")]
    [InlineData("args-http-put-multi")]
    [InlineData("args-http-put")]
    [InlineData("args-http-remove")]
    [InlineData("args-http-return")]
    [InlineData("args-http-slow-consumer")]
    [InlineData("args-http-tcp")]
    [InlineData("args-http")]
    [InlineData("args-timein-http")]
    [InlineData("args-timeout-http")]
    [InlineData("args-timeget-http")]
    [InlineData("args-timeput-http")]
    public void A_case_of_HTTP_relays_passes_by_copying_and_by_splicing(string name)
    {
        Assert.StartsWith("pass ", ground.Verdict($"relayd {name}.pl copy"), StringComparison.Ordinal);
        Assert.StartsWith("pass ", ground.Verdict($"relayd {name}.pl splice"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("args-https")]
    [InlineData("args-https-callback")]
    [InlineData("args-https-chunked")]
    [InlineData("args-https-chunked-callback")]
    [InlineData("args-https-chunked-put")]
    [InlineData("args-https-contentlength")]
    [InlineData("args-https-filter-persistent")]
    [InlineData("args-https-headline-callback")]
    [InlineData("args-https-headline-close")]
    [InlineData("args-https-inspect")]
    [InlineData("args-https-multi")]
    [InlineData("args-https-persistent")]
    [InlineData("args-https-put")]
    [InlineData("args-https-put-multi")]
    [InlineData("args-ssl")]
    [InlineData("args-ssl-client")]
    [InlineData("args-ssl-inspect")]
    [InlineData("args-ssl-server")]
    [InlineData("args-timeget-https")]
    [InlineData("args-timeget-ssl")]
    [InlineData("args-timein-https")]
    [InlineData("args-timein-ssl")]
    [InlineData("args-timeout-https")]
    [InlineData("args-timeout-ssl")]
    [InlineData("args-timeput-https")]
    [InlineData("args-timeput-ssl")]
    public void A_case_of_relays_with_TLS_passes_by_copying_and_by_splicing_in_each_version(string name)
    {
        foreach (string version in RegressionGround.Versions)
        {
            Assert.StartsWith("pass ", ground.Verdict($"relayd {name}.pl copy", version), StringComparison.Ordinal);
            Assert.StartsWith("pass ", ground.Verdict($"relayd {name}.pl splice", version), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_cases_were_played()
    {
        Assert.Contains("12 passed, 0 failed\n", ground.Said, StringComparison.Ordinal);
        Assert.Contains("112 passed, 0 failed\n", ground.Said, StringComparison.Ordinal);
        Assert.All(RegressionGround.Versions, version => Assert.Contains("52 passed, 0 failed\n", ground.SaidOf(version), StringComparison.Ordinal));
    }
}

/// <summary>One play of the cases of each program, several beside each other.</summary>
public sealed class RegressionGround : IAsyncLifetime
{
    private const string CasesOfTls = "^args-(ssl(-client|-server|-inspect)?|https(-.*)?|time(in|out|get|put)-(ssl|https))\\.pl$";

    private string[] _saidOfVersions = [];

    /// <summary>Those of TLS.</summary>
    internal static string[] Versions { get; } = ["1.2", "1.3"];

    /// <summary>A line for each case, then the counts.</summary>
    internal string Said { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Said = string.Concat(await Task.WhenAll(Play("httpd", "."), Play("relayd", "^args-(default|dryrun|reverse|time(in|out|get|put)(-http)?|http(-.*)?)\\.pl$")));
        _saidOfVersions = await Task.WhenAll(Versions.Select(static version => Play("relayd", CasesOfTls, "--tls", version)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string> Play(string program, string filter, params string[] options)
    {
        string folder = Path.Combine(Place.Clone, "tests", "System", "Regress");
        string[] words =
        [
            "-B", Path.Combine(folder, "player", "play.py"), $"--{program}", Place.Program(program),
            "--cases", Path.Combine(folder, $"{program}.json"), "--filter", filter, "-v", .. options,
        ];
        ProcessStartInfo start = new("python3", words)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process player = Process.Start(start)!;
        Task<string> errors = player.StandardError.ReadToEndAsync();
        string output = await player.StandardOutput.ReadToEndAsync();
        await player.WaitForExitAsync();
        return await errors + output;
    }

    /// <summary>The line that ends with the case, or begins its reason behind it; everything where there is none.</summary>
    internal string Verdict(string title) => Line(Said, title);

    /// <summary>The same where both sides speak one version of TLS.</summary>
    internal string Verdict(string title, string version) => Line(SaidOf(version), title);

    /// <summary>All of it.</summary>
    internal string SaidOf(string version) => _saidOfVersions[Array.IndexOf(Versions, version)];

    private static string Line(string said, string title) =>
        said.Split('\n').FirstOrDefault(line => (line + ":").Contains($" {title}:", StringComparison.Ordinal)) ?? $"{title} was not played: {said}";
}
