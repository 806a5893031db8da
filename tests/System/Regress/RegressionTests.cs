using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Regress;

/// <summary>Upstream's own regression cases, played by player/play.py in namespaces of their own.</summary>
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

    [Fact]
    public void All_cases_were_played()
    {
        Assert.Contains("12 passed, 0 failed\n", ground.Said, StringComparison.Ordinal);
        Assert.Contains("14 passed, 0 failed\n", ground.Said, StringComparison.Ordinal);
    }
}

/// <summary>One play of the cases of each program, several beside each other.</summary>
public sealed class RegressionGround : IAsyncLifetime
{
    /// <summary>A line for each case, then the counts.</summary>
    internal string Said { get; private set; } = "";

    public async ValueTask InitializeAsync() =>
        Said = string.Concat(await Task.WhenAll(Play("httpd", "."), Play("relayd", "^args-(default|dryrun|reverse|time(in|out|get|put))\\.pl$")));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<string> Play(string program, string filter)
    {
        string folder = Path.Combine(Place.Clone, "tests", "System", "Regress");
        string[] words =
        [
            "-B", Path.Combine(folder, "player", "play.py"), $"--{program}", Place.Program(program),
            "--cases", Path.Combine(folder, $"{program}.json"), "--filter", filter, "-v",
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
    internal string Verdict(string title) =>
        Said.Split('\n').FirstOrDefault(line => (line + ":").Contains($" {title}:", StringComparison.Ordinal)) ?? $"{title} was not played: {Said}";
}
