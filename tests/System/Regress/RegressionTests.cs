using System.Diagnostics;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Regress;

/// <summary>
/// Upstream's own regression cases, played by player/play.py in namespaces of their own.
/// </summary>
public sealed class RegressionTests
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
    public async Task A_case_of_upstream_passes(string name)
    {
        string folder = Path.Combine(Place.Clone, "tests", "System", "Regress");
        string[] words =
        [
            "-B", Path.Combine(folder, "player", "play.py"), "--httpd", Place.Program("httpd"),
            "--cases", Path.Combine(folder, "httpd.json"), "--filter", $"^{Regex.Escape(name)}\\.pl$",
        ];
        ProcessStartInfo start = new("python3", words)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process player = Process.Start(start)!;

        Task<string> errors = player.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await player.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal("1 passed, 0 failed\n", output + await errors);
    }
}
