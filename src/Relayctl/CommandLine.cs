using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>How an answer is printed.</summary>
internal enum Format
{
    Text,
    Json,
}

/// <summary>How much of a host or relay is printed.</summary>
internal enum Detail
{
    Normal,
    More,
}

/// <summary>What relayctl(8) is asked to do.</summary>
/// <param name="Socket">Path of the control socket.</param>
/// <param name="Request">What is asked of the daemon.</param>
/// <param name="Format">How the answer is printed.</param>
/// <param name="Detail">How much of it.</param>
internal sealed record CommandLine(string Socket, Request Request, Format Format, Detail Detail)
{
    private const string DefaultSocket = "/var/run/relayd.sock";

    /// <summary>The file of <c>load</c>, as the user names it.</summary>
    public string Path { get; private init; } = "";

    /// <summary>Null for what is no use of it; then the mistake was said.</summary>
    /// <param name="arguments">What stands behind the program's name.</param>
    /// <param name="messages">Where mistakes are said.</param>
    public static CommandLine? Parse(IReadOnlyList<string> arguments, TextWriter messages)
    {
        List<string> words = [];
        string socket = DefaultSocket;
        Format format = Format.Text;
        Detail detail = Detail.Normal;
        for (int next = 0; next < arguments.Count; next++)
        {
            switch (arguments[next])
            {
                case "-s" when words.Count == 0 && next + 1 < arguments.Count:
                    socket = arguments[++next];
                    break;
                case ['-', 's', _, ..] joined when words.Count == 0:
                    socket = joined[2..];
                    break;
                case "--json":
                    format = Format.Json;
                    break;
                case "-v":
                    detail = Detail.More;
                    break;
                case ['-', _, ..] when words.Count == 0:
                    messages.WriteLine("usage: relayctl [-s socket] command [argument ...]");
                    return null;
                default:
                    words.Add(arguments[next]);
                    break;
            }
        }

        Arguments read = new();
        if (!Read(words, read, messages))
        {
            return null;
        }

        CommandLine commandLine = new(socket, read.Asks!(read), format, detail) { Path = read.Path };
        if (commandLine.Mistake is not { } mistake)
        {
            return commandLine;
        }

        messages.WriteLine($"relayctl: {mistake}");
        return null;
    }

    private string? Mistake =>
        Format == Format.Json && Request is not (ShowRequest or MonitorRequest) ? "--json is for show and monitor"
        : Format == Format.Json && Request is ShowRequest { Subject: ShowSubject.Rules } ? "show rules prints commands, which have no form in JSON"
        : Detail == Detail.More && Request is not ShowRequest { Subject: ShowSubject.Hosts or ShowSubject.Relays or ShowSubject.Summary } ? "-v is for show hosts, show relays and show summary"
        : null;

    /// <summary>Reads the words; false where they are no command, and then it was said why (R-CTL-20).</summary>
    private static bool Read(List<string> words, Arguments arguments, TextWriter messages)
    {
        IReadOnlyList<Word>? possible = Grammar.Commands;
        int next = 0;
        while (possible is not null)
        {
            string? written = next < words.Count ? words[next] : null;
            List<Word> fitting = Fitting(possible, written);
            if (fitting is not [{ } word])
            {
                string mistake = string.IsNullOrEmpty(written) && fitting.Count == 0 ? "missing argument:"
                    : fitting.Count == 0 ? $"unknown argument: {written}"
                    : $"ambiguous argument: {written}";
                Say(mistake, possible, messages);
                return false;
            }

            if (written is not null && word.Take?.Invoke(arguments, written) is { } wrong)
            {
                messages.WriteLine($"relayctl: {wrong}");
                return false;
            }

            arguments.Asks = word.Asks ?? arguments.Asks;
            possible = word.Next?.Invoke();
            next++;
        }

        if (next < words.Count)
        {
            messages.WriteLine($"superfluous argument: {words[next]}");
            return false;
        }

        return true;
    }

    private static List<Word> Fitting(IReadOnlyList<Word> possible, string? written)
    {
        List<Word> fitting = [.. possible.Where(word => word.Fits(written))];
        List<Word> theirs = fitting.FindAll(static word => word.Origin == Origin.OpenBsd);
        return theirs.Count > 0 ? theirs : fitting;
    }

    private static void Say(string mistake, IReadOnlyList<Word> possible, TextWriter messages)
    {
        messages.WriteLine(mistake);
        messages.WriteLine("valid commands/args:");
        foreach (Word word in possible.Where(static word => word.IsListed))
        {
            messages.WriteLine($"  {word.Text}");
        }
    }
}
