using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.System.Forwarding;

/// <summary>How much a reader puts up with.</summary>
internal enum Form
{
    /// <summary>What a relay may take: LF as a line end in heads (D-40), chunk extensions, leading zeros, codings in any case.</summary>
    Received,

    /// <summary>What a relay may send: nothing that any reader could take in another way.</summary>
    Sent,
}

/// <summary>
/// Reads messages by regular expressions, whole, and knows nothing of the parsers under test. Whatever two readers could take in
/// two ways is a mistake, and nothing behind a mistake is read.
/// </summary>
internal static partial class Reader
{
    private const int NoBody = -1;

    /// <summary>Reads requests, one behind the other.</summary>
    public static Reading Requests(string text, Form form)
    {
        Cursor cursor = new(text, form);
        return cursor.ReadAll(static (head, cursor) =>
        {
            Match line = RequestLine().Match(head.Line);
            if (!line.Success)
            {
                throw new FormatException($"request line: {head.Line}");
            }

            string[] words = [line.Groups["method"].Value, line.Groups["target"].Value, line.Groups["version"].Value];
            Message message = new(words, head.Fields, "", [], []);
            string[] hosts = [.. message.Values("Host")];
            if (hosts.Length > 1 || (hosts.Length == 0 && words[2] is not "HTTP/1.0") || !hosts.All(host => Host().IsMatch(host)))
            {
                throw new FormatException($"Host: {string.Join(" and ", hosts)}");
            }

            // What has no end but that of the connection (D-25) is never whole.
            bool isTunnelled = words[2] is "HTTP/1.0" && words[0] is "PUT" or "POST" && !HasFraming(message);
            return isTunnelled ? throw new EndOfStreamException() : cursor.Body(message, words[2], 0);
        });
    }

    /// <summary>Reads responses, one behind the other, to requests with these methods; interim ones too, which belong to the request of the final one.</summary>
    /// <param name="text">All that came until the sender ended.</param>
    /// <param name="form">How much is put up with.</param>
    /// <param name="methods">Of the requests, in order.</param>
    public static Reading Responses(string text, Form form, IEnumerable<string> methods)
    {
        Queue<string> asked = new(methods);
        Cursor cursor = new(text, form);
        return cursor.ReadAll((head, rest) =>
        {
            Match line = StatusLine().Match(head.Line);
            if (!line.Success)
            {
                throw new FormatException($"status line: {head.Line}");
            }

            Message message = new([line.Groups["version"].Value, line.Groups["code"].Value, line.Groups["reason"].Value], head.Fields, "", [], []);
            int status = message.Status;
            string method = asked.TryPeek(out string? next) ? next : throw new FormatException($"an answer that nobody asked for: {head.Line}");
            if (status is >= 200 or 101)
            {
                asked.Dequeue();
            }

            bool hasNone = status is < 200 or 204 or 304 || method is "HEAD";
            return rest.Body(message, message.Words[0], hasNone ? NoBody : HasFraming(message) ? 0 : null);
        });
    }

    private static bool HasFraming(Message message) => message.Values("Content-Length").Concat(message.Values("Transfer-Encoding")).Any();

    [GeneratedRegex(@"^(?<method>[A-Za-z][!#$%&'*+.^_`|~0-9A-Za-z-]{0,63}) (?<target>[\x21\x22\x24-\x7e]+) (?<version>HTTP/1\.[0-9])\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"^(?<version>HTTP/1\.[0-9]) (?<code>[1-5][0-9]{2})(?: (?<reason>[\t \x21-\x7e\x80-\xff]*))?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):(?<value>[\t \x21-\x7e\x80-\xff]*)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FieldLine();

    [GeneratedRegex(@"^(?:[0-9A-Za-z._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Host();

    [GeneratedRegex(@"^(?<size>0|[1-9a-f][0-9a-f]{0,6})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SentChunk();

    [GeneratedRegex("^(?<size>[0-9A-Fa-f]{1,16})(?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*=[ \t]*(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|\"(?:[\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\t \\x21-\\x7e\\x80-\\xff])*\"))?)*\\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReceivedChunk();

    private sealed record Head(string Line, Field[] Fields);

    // Reads with a place; where what is there is not whole it ends with EndOfStreamException, and what is no message is a FormatException.
    private sealed class Cursor(string text, Form form)
    {
        private int _at;

        public Reading ReadAll(Func<Head, Cursor, Message> read)
        {
            List<Message> messages = [];
            int start = 0;
            try
            {
                while (start < text.Length)
                {
                    messages.Add(read(TakeHead(), this));
                    start = _at;
                }

                return new Reading(messages, Mistake: null, "");
            }
            catch (EndOfStreamException)
            {
                return new Reading(messages, Mistake: null, text[start..]);
            }
            catch (FormatException mistake)
            {
                return new Reading(messages, mistake.Message, text[start..]);
            }
        }

        /// <param name="message">Without a body so far.</param>
        /// <param name="version">Of its first line.</param>
        /// <param name="otherwise">The length where no field says it; <see cref="NoBody"/> where there is no body whatever they say; null for all that comes.</param>
        public Message Body(Message message, string version, int? otherwise)
        {
            string[] lengths = [.. message.Values("Content-Length")];
            string[] codings = [.. message.Values("Transfer-Encoding")];
            if (lengths.Length + codings.Length > 1)
            {
                throw new FormatException($"framed twice: {string.Join(" and ", lengths.Concat(codings))}");
            }

            if (codings is [var coding])
            {
                bool isChunked = version is not "HTTP/1.0" && string.Equals(coding, "chunked", StringComparison.OrdinalIgnoreCase);
                return !isChunked ? throw new FormatException($"coding: {coding}") : otherwise == NoBody ? message : Chunked(message);
            }

            if (lengths is [var digits])
            {
                bool isNumber = digits.Length > 0 && digits.All(char.IsAsciiDigit) && long.TryParse(digits, CultureInfo.InvariantCulture, out _);
                long length = isNumber ? long.Parse(digits, CultureInfo.InvariantCulture) : throw new FormatException($"length: {digits}");
                return otherwise == NoBody ? message : message with { Content = Take(length) };
            }

            return otherwise is null ? message with { Content = Take(text.Length - _at) } : message;
        }

        private Head TakeHead()
        {
            string line = TakeLine(form);
            return new Head(line, TakeFields(form));
        }

        private Field[] TakeFields(Form lineForm)
        {
            List<Field> fields = [];
            while (TakeLine(lineForm) is { Length: > 0 } line)
            {
                Match field = FieldLine().Match(line);
                fields.Add(field.Success
                    ? new Field(field.Groups["name"].Value, field.Groups["value"].Value.Trim(' ', '\t'))
                    : throw new FormatException($"field line: {line}"));
            }

            return [.. fields];
        }

        private Message Chunked(Message message)
        {
            StringBuilder content = new();
            List<int> sizes = [];
            while (true)
            {
                string line = TakeLine(Form.Sent);
                Match match = (form == Form.Sent ? SentChunk() : ReceivedChunk()).Match(line);
                if (!match.Success || line.Length > 1024
                    || !long.TryParse(match.Groups["size"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long size) || size < 0)
                {
                    throw new FormatException($"chunk line: {line}");
                }

                if (size == 0)
                {
                    return message with { Content = content.ToString(), Chunks = [.. sizes], Trailers = TakeFields(Form.Sent) };
                }

                content.Append(Take(size));
                sizes.Add((int)size);
                if (Take(2) is not "\r\n" and var end)
                {
                    throw new FormatException($"end of chunk: {end}");
                }
            }
        }

        private string TakeLine(Form lineForm)
        {
            int end = text.IndexOf('\n', _at);
            int carriage = text.IndexOf('\r', _at);
            if (carriage >= 0 && carriage + 1 < text.Length && text[carriage + 1] != '\n' && (end < 0 || carriage < end))
            {
                throw new FormatException("CR within a line");
            }

            if (end < 0)
            {
                throw new EndOfStreamException();
            }

            bool hasCarriage = end > _at && text[end - 1] == '\r';
            if (!hasCarriage && lineForm == Form.Sent)
            {
                throw new FormatException("LF alone");
            }

            string line = text[_at..(hasCarriage ? end - 1 : end)];
            _at = end + 1;
            return line;
        }

        private string Take(long length)
        {
            if (length > text.Length - _at)
            {
                _at = text.Length;
                throw new EndOfStreamException();
            }

            string taken = text.Substring(_at, (int)length);
            _at += (int)length;
            return taken;
        }
    }
}
