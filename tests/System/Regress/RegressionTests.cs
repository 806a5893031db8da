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

    [Fact]
    public void All_cases_were_played() => Assert.EndsWith("12 passed, 0 failed\n", ground.Said, StringComparison.Ordinal);
}

/// <summary>One play of all cases, several beside each other.</summary>
public sealed class RegressionGround : IAsyncLifetime
{
    /// <summary>A line for each case, then the count.</summary>
    internal string Said { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        string folder = Path.Combine(Place.Clone, "tests", "System", "Regress");
        string[] words =
        [
            "-B", Path.Combine(folder, "player", "play.py"), "--httpd", Place.Program("httpd"), "--cases", Path.Combine(folder, "httpd.json"), "-v",
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
        Said = await errors + output;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The line that ends with the case, or begins its reason behind it; everything where there is none.</summary>
    internal string Verdict(string title) =>
        Said.Split('\n').FirstOrDefault(line => (line + ":").Contains($" {title}:", StringComparison.Ordinal)) ?? $"{title} was not played: {Said}";
}
