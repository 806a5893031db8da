using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

using Xunit;

namespace Sluice.System.Control;

/// <summary>
/// The calls of relayctl that were recorded with OpenBSD's relayd, played against ours. <c>recorded.json</c> has them in their order; left out is what needs
/// redirections or TLS, and the ids are those that remain.
/// </summary>
[Collection("relayctl")]
public sealed class RecordedCallsTests(ControlGround ground)
{
    [Fact]
    public void Every_call_is_answered_as_recorded()
    {
        using JsonDocument recorded = JsonDocument.Parse(ControlGround.File("recorded.json"));
        List<string> differences = [];
        foreach (JsonElement call in recorded.RootElement.GetProperty("calls").EnumerateArray())
        {
            string[] arguments = [.. call.GetProperty("arguments").EnumerateArray().Select(static word => word.GetString()!)];
            string expected = Normal(call.GetProperty("output").GetString()!);
            string output = arguments.Contains("sh") || arguments.Contains("show")
                ? Normal(ground.CallUntil(found => Normal(found) == expected || expected.Length == 0, arguments))
                : "";
            (int status, string found, string errors) = ground.Call(arguments);
            output = output.Length > 0 ? output : Normal(found);
            if (status != call.GetProperty("status").GetInt32() || output != expected || WithoutReasons(errors) != call.GetProperty("errors").GetString())
            {
                differences.Add($"{call.GetProperty("name").GetString()}: {status} {output} {errors}");
            }
        }

        Assert.Empty(differences);
    }

    // The class relayctl-unknown of docs/differences.md.
    private static string WithoutReasons(string errors) => errors.StartsWith("there is no ", StringComparison.Ordinal) ? "" : errors;

    // How many checks there were is a matter of time.
    private static string Normal(string output) => Regex.Replace(
        Regex.Replace(output, @"total: (?<ups>\d+)/\k<ups> checks", "total: all checks", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)),
        @"total: 0/[1-9]\d* checks", "total: no checks", RegexOptions.None, TimeSpan.FromSeconds(1));
}
