using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Replay;

/// <summary>What OpenBSD's httpd and relayd were recorded to answer, played by replay.py: ours answers the same, or as was decided.</summary>
[Waits]
public sealed class ReplayTests
{
    // Most of an exchange is the silence behind its answer, so several are played at a time.
    private const int Players = 4;

    [Theory]
    [InlineData("httpd")]
    [InlineData("httpd-config")]
    [InlineData("relayd")]
    public async Task Every_recording_is_answered_the_same_or_as_decided(string kind)
    {
        (int Status, string Said)[] players = await Task.WhenAll(Enumerable.Range(1, Players).Select(part => Play(kind, $"{part}/{Players}")));

        // One message, for a collection's shows no more than the beginning of each.
        Assert.True(players.All(static part => part.Status == 0), string.Concat(players.Where(static part => part.Status != 0).Select(static part => part.Said)));
    }

    private static async Task<(int Status, string Said)> Play(string kind, string part)
    {
        string program = Path.Combine(Place.Clone, "tests", "System", "Replay", "replay.py");
        string daemon = kind.Split('-')[0];
        string[] words = ["-B", program, $"--{daemon}", Place.Program(daemon), "--filter", $"^{kind}/", "--part", part];
        ProcessStartInfo start = new("python3", words)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process player = Process.Start(start)!;

        Task<string> errors = player.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await player.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await player.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (player.ExitCode, output + await errors);
    }
}
