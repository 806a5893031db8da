using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.System.Forwarding;

/// <summary>How a client's connection ended.</summary>
internal enum Ending
{
    /// <summary>The other side ended its output.</summary>
    Clean,

    /// <summary>It was reset.</summary>
    Reset,

    /// <summary>It did not end.</summary>
    None,
}

/// <summary>What a client heard until its connection ended.</summary>
internal readonly record struct Heard(string Text, Ending Ending);

/// <summary>
/// Compares what a host answered with what the client heard: the same message as a strict reader finds in it, or a 502, or an answer that shows that it is not
/// whole; and never anything of it in the answer to another request.
/// </summary>
internal static class ResponseJudge
{
    private const int BadGateway = 502;

    /// <summary>What is wrong, in one sentence; null where nothing is.</summary>
    /// <param name="answer">The host's answer to the first request.</param>
    /// <param name="method">Of that request; a GET follows it, which is answered by what the origin understood.</param>
    /// <param name="heard">What the client heard.</param>
    public static string? Finding(Answer answer, string method, Heard heard)
    {
        if (heard.Ending == Ending.None)
        {
            return "the client waits for ever";
        }

        Reading wanted = Reader.Responses(answer.Bytes, Form.Received, [method]);
        Reading got = Reader.Responses(heard.Text, Form.Sent, [method, "GET"]);
        Message? first = Final(got, 0);
        if (first is { Status: BadGateway } && !first.Values("X-Origin").Any() && Final(wanted, 0) is not { Status: BadGateway })
        {
            return null;
        }

        if (got.Mistake is not null)
        {
            return $"the client heard what is no message ({got.Mistake})";
        }

        if (first is null || IsOpen(first, heard))
        {
            return null;
        }

        return Different(Final(wanted, 0), first) ?? Second(Final(got, 1));
    }

    // The end of the connection is the end of the body only if it is clean.
    private static bool IsOpen(Message message, Heard heard) =>
        heard.Ending == Ending.Reset && !message.Values("Content-Length").Concat(message.Values("Transfer-Encoding")).Any();

    private static Message? Final(Reading reading, int index) => reading.Messages.Where(static message => message.Status is >= 200 or 101).ElementAtOrDefault(index);

    private static string? Different(Message? wanted, Message got)
    {
        if (wanted is null)
        {
            return $"the client heard a whole message where there was none: {Describe(got)}";
        }

        return string.Equals(Describe(wanted), Describe(got), StringComparison.Ordinal) ? null : $"the client heard {Describe(got)}, and it was {Describe(wanted)}";
    }

    private static string? Second(Message? second) =>
        second is null or { Status: BadGateway } || second.Content.StartsWith("GET /second 0 ", StringComparison.Ordinal) ? null : $"the second request was answered by {Describe(second)}";

    private static string Describe(Message message) =>
        $"{message.Status} {string.GetHashCode(message.Content, StringComparison.Ordinal):x} [{string.Join(',', message.Chunks)}] {string.Join(" | ", Fields(message))}";

    private static IEnumerable<string> Fields(Message message) => message.EndToEnd().Select(static field => $"{field.Name}: {field.Value}");
}
