using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Sluice.System.Forwarding;

/// <summary>
/// Compares what a client sent with what the origin got and what the client heard: each message that went on must be one that a strict
/// reader finds in what was sent, in the same order, with the same meaning, and must have had one answer.
/// </summary>
internal static class Judge
{
    /// <summary>The field by which answers of an origin differ from those of a relay.</summary>
    public const string Mark = "X-Origin";

    /// <summary>An answer that says what the origin understood.</summary>
    public static Answer Understood(Message request)
    {
        string text = Meaning(request);
        bool isLast = request.Values("Connection").Any(value => value.Contains("close", StringComparison.OrdinalIgnoreCase))
            || (request.Words[2] is "HTTP/1.0" && !request.Values("Connection").Any(value => value.Contains("keep-alive", StringComparison.OrdinalIgnoreCase)));
        string head = $"HTTP/1.1 200 OK\r\n{Mark}: yes\r\n{(isLast ? "Connection: close\r\n" : "")}Content-Length: {text.Length}\r\n\r\n";
        return new Answer(request.Method is "HEAD" ? head : head + text, isLast ? Afterwards.Close : Afterwards.Keep);
    }

    /// <summary>What is wrong, in one sentence; null where nothing is.</summary>
    /// <param name="sent">All that the client sent.</param>
    /// <param name="visits">The connections to the origin.</param>
    /// <param name="heard">All that the client got.</param>
    public static string? Finding(string sent, IReadOnlyList<Visit> visits, string heard)
    {
        Reading wanted = Reader.Requests(sent, Form.Received);
        Reading[] got = [.. visits.Select(visit => Reader.Requests(visit.Received, Form.Sent))];
        if (Array.Find(got, static reading => reading.Mistake is not null) is { } bad)
        {
            return $"the origin got what is no message ({bad.Mistake}): {bad.Rest}";
        }

        Message[] messages = [.. got.SelectMany(static reading => reading.Messages)];
        for (int index = 0; index < messages.Length; index++)
        {
            string? expected = index < wanted.Messages.Count ? Whole(wanted.Messages[index]) : null;
            string seen = Whole(messages[index]);
            if (!string.Equals(expected, seen, StringComparison.Ordinal))
            {
                return $"message {index} is {seen}, and was {expected ?? "none"}";
            }
        }

        if (Array.Find(got, static reading => reading.Rest.Length > 0) is { } open && !IsBegun(open.Rest, wanted, messages.Length))
        {
            return $"the origin got a part of what was not sent: {open.Rest}";
        }

        return Unheard(wanted, messages, heard);
    }

    // A relay that ends a message within its body has sent the head of one that was begun here.
    private static bool IsBegun(string rest, Reading wanted, int index)
    {
        string target = index < wanted.Messages.Count ? wanted.Messages[index].Target : wanted.Rest.Split(' ', 3).ElementAtOrDefault(1) ?? "";
        return rest.Split(' ', 3).ElementAtOrDefault(1) is not { } seen || string.Equals(seen, target, StringComparison.Ordinal);
    }

    private static string? Unheard(Reading wanted, Message[] messages, string heard)
    {
        // Who is answered by the relay itself may have no method that anybody could read.
        Reading answers = Reader.Responses(heard, Form.Sent, [.. wanted.Messages.Select(static message => message.Method), "?"]);
        Message[] final = [.. answers.Messages.Where(static answer => answer.Status >= 200)];
        Message[] ofOrigin = [.. final.TakeWhile(static answer => answer.Values(Mark).Any())];
        if (answers.Mistake is not null || final.Length - ofOrigin.Length > 1 || final.Skip(ofOrigin.Length).Any(static answer => answer.Status < 400))
        {
            return $"the client heard what is no answer to what it sent ({answers.Mistake}): {heard}";
        }

        for (int index = 0; index < ofOrigin.Length; index++)
        {
            string meaning = index < messages.Length ? Meaning(messages[index]) : "none";
            if (messages.ElementAtOrDefault(index)?.Method is not "HEAD" && ofOrigin[index].Status is not 204 && !string.Equals(ofOrigin[index].Content, meaning, StringComparison.Ordinal))
            {
                return $"answer {index} is to {ofOrigin[index].Content}, and the message was {meaning}";
            }
        }

        return ofOrigin.Length < messages.Length ? $"{messages.Length} messages went on, and {ofOrigin.Length} answers came back: {heard}" : null;
    }

    private static string Meaning(Message message) => string.Create(
        CultureInfo.InvariantCulture, $"{message.Method} {message.Target} {message.Content.Length} {string.GetHashCode(message.Content, StringComparison.Ordinal):x}");

    private static string Whole(Message message) =>
        $"{Meaning(message)} [{string.Join(',', message.Chunks)}] {string.Join(" | ", message.EndToEnd().Select(static field => $"{field.Name}: {field.Value}"))}";
}
