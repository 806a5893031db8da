using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Replay;

/// <summary>What OpenBSD's httpd was recorded to answer, played by replay.py: ours answers the same, or as was decided.</summary>
public sealed class ReplayTests
{
    [Theory]
    [InlineData("httpd")]
    [InlineData("httpd-config")]
    public async Task Every_recording_is_answered_the_same_or_as_decided(string kind)
    {
        string program = Path.Combine(Place.Clone, "tests", "System", "Replay", "replay.py");
        ProcessStartInfo start = new("python3", ["-B", program, "--httpd", Place.Program("httpd"), "--filter", $"^{kind}/"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process player = Process.Start(start)!;

        Task<string> errors = player.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await player.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        await player.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(player.ExitCode == 0, output + await errors);
    }
}
