using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Http.Text;

namespace Sluice.Fuzz.Targets;

/// <summary>Fills a template within so many bytes: the result, or what became of it.</summary>
internal delegate string TemplateFiller(string template, MacroSet set, MacroValues values, int room);

/// <summary>
/// The URIs of redirects, rewrites and messages. The oracle goes through the template once, letter by letter, and puts in what a
/// table of encodings written apart says; the result fits exactly into its own length, and into no byte less.
/// </summary>
internal sealed class MacroTarget : FuzzTarget
{
    private const int Plenty = 4096;

    private static readonly (string Name, Macro Macro)[] _request =
    [
        ("$DOCUMENT_URI", Macro.DocumentUri), ("$HTTP_HOST", Macro.HttpHost), ("$QUERY_STRING", Macro.QueryString), ("$QUERY_STRING_ENC", Macro.QueryStringEncoded),
        ("$REMOTE_ADDR", Macro.RemoteAddress), ("$REMOTE_PORT", Macro.RemotePort), ("$REMOTE_USER", Macro.RemoteUser), ("$REQUEST_SCHEME", Macro.RequestScheme),
        ("$REQUEST_URI", Macro.RequestUri), ("$SERVER_ADDR", Macro.ServerAddress), ("$SERVER_NAME", Macro.ServerName), ("$SERVER_PORT", Macro.ServerPort),
    ];

    private static readonly (string Name, Macro Macro)[] _answer =
    [
        .. _request, ("$HTTP_REFERRER", Macro.Referrer), ("$HTTP_USER_AGENT", Macro.UserAgent), ("$REQUEST_METHOD", Macro.RequestMethod),
        ("$RESPONSE_CODE", Macro.ResponseCode), ("$RESPONSE_URI", Macro.ResponseUri),
    ];

    private static readonly string[] _others = ["$", "%", "%1", "%2", "%0", "%3", "%12", "a", "/", "?", "\n", "\r", "\x7f", "é", "$HTTP", "_ENC", "%20", " "];

    private readonly TemplateFiller _fill;

    public MacroTarget()
        : this(Fill)
    {
    }

    private MacroTarget(TemplateFiller fill)
    {
        _fill = fill;
    }

    public override string Name => "macros";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("looks again at what was put in", new MacroTarget((template, set, values, room) => Fill(template, set, values, Plenty) is var once && once[0] == '!' ? once : Fill(once[1..], set, values, room))),
        new("lets the end of a line through", new MacroTarget((template, set, values, room) => Fill(template, set, values, room).Replace("%0D", "\r", StringComparison.Ordinal))),
        new("knows in requests what was answered", new MacroTarget((template, _, values, room) => Fill(template, MacroSet.Answer, values, room))),
        new("writes behind the room", new MacroTarget((template, set, values, room) => Fill(template, set, values, room + 1))),
    ];

    public override byte[] Generate(Random random)
    {
        StringBuilder text = new();
        text.Append((char)random.Next(4));
        for (int left = random.Next(7); left > 0; left--)
        {
            text.Append(random.Next(2) == 0 ? _answer[random.Next(_answer.Length)].Name : _others[random.Next(_others.Length)]);
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return null;
        }

        string template = Encoding.Latin1.GetString(input[1..]);
        MacroSet set = (input[0] & 1) == 0 ? MacroSet.Request : MacroSet.Answer;
        Values values = new((input[0] & 2) == 0 ? "" : "^(x)(.*)$");
        string expected = Slowly(template, set, values);
        string found = _fill(template, set, values, Plenty);
        if (!string.Equals(found, expected, StringComparison.Ordinal))
        {
            return $"'{template}' of {set} becomes '{found}' and should be '{expected}'";
        }

        if (expected[0] == '!')
        {
            return null;
        }

        int length = expected.Length - 1;
        return !string.Equals(_fill(template, set, values, length), expected, StringComparison.Ordinal) ? $"'{template}' does not fit into its {length} bytes"
            : length > 0 && _fill(template, set, values, length - 1)[0] != '!' ? $"'{template}' fits into less than its {length} bytes"
            : null;
    }

    private static string Fill(string template, MacroSet set, MacroValues values, int room)
    {
        byte[] destination = new byte[room];
        MacroStatus status = MacroTemplate.Parse(Encoding.Latin1.GetBytes(template), set).Expand(values, destination, out int written);
        return status == MacroStatus.Done ? "=" + Encoding.Latin1.GetString(destination, 0, written) : $"!{status}";
    }

    private static string Slowly(string template, MacroSet set, Values values)
    {
        StringBuilder result = new("=");
        for (int at = 0; at < template.Length;)
        {
            string rest = template[at..];
            (string Name, Macro Macro) macro = (set == MacroSet.Answer ? _answer : _request)
                .Where(known => rest.StartsWith(known.Name, StringComparison.Ordinal)).OrderByDescending(known => known.Name.Length).FirstOrDefault();
            string digits = rest[0] == '%' ? string.Concat(rest.Skip(1).TakeWhile(char.IsAsciiDigit)) : "";
            if (macro.Name is not null)
            {
                result.Append(ValueOf(macro.Macro, values));
                at += macro.Name.Length;
            }
            else if (digits.Length > 0 && values.Texts.Length > 0)
            {
                if (!int.TryParse(digits, CultureInfo.InvariantCulture, out int number) || number >= values.Texts.Length)
                {
                    return $"!{MacroStatus.NoSuchCapture}";
                }

                result.Append(Encoded(values.Texts[number]));
                at += 1 + digits.Length;
            }
            else
            {
                result.Append(set == MacroSet.Answer && digits.Length == 0 ? rest[..1] : WithoutControl(rest[..1]));
                at++;
            }
        }

        return result.ToString();
    }

    private static string ValueOf(Macro macro, Values values) => macro switch
    {
        Macro.RequestUri => Encoded(Values.Text(Macro.DocumentUri)) + (values.HasQuery ? "?" + WithoutControl(Values.Text(Macro.QueryString)) : ""),
        Macro.QueryStringEncoded => Encoded(Values.Text(Macro.QueryString)),
        Macro.DocumentUri or Macro.HttpHost or Macro.RemoteUser or Macro.ServerName or Macro.Referrer or Macro.UserAgent => Encoded(Values.Text(macro)),
        _ => WithoutControl(Values.Text(macro)),
    };

    private static string Encoded(string text) =>
        string.Concat(text.Select(letter => letter is <= ' ' or >= '\x7f' or '"' or '#' or '%' or '&' or '<' or '?' ? $"%{(int)letter:X2}" : $"{letter}"));

    private static string WithoutControl(string text) =>
        string.Concat(text.Select(letter => letter is < ' ' or '\x7f' ? $"%{(int)letter:X2}" : $"{letter}"));

    /// <summary>A request whose values look like macros, and would end lines.</summary>
    private sealed class Values : MacroValues
    {
        private const string Subject = "x$HTTP_HOST \n";

        private readonly LuaCaptures _captures = new();
        private readonly byte[] _subject = Encoding.Latin1.GetBytes(Subject);

        /// <summary>One whose location had a pattern, or an empty one for none.</summary>
        public Values(string pattern)
        {
            Texts = pattern.Length == 0 ? [] : [Subject, Subject[..1], Subject[1..]];
            if (pattern.Length > 0)
            {
                new LuaPattern(Encoding.Latin1.GetBytes(pattern)).Match(_subject, _captures);
            }
        }

        public string[] Texts { get; }

        public override LuaCaptures Captures => _captures;

        public override ReadOnlySpan<byte> CaptureSubject => _subject;

        public override bool HasQuery => true;

        public static string Text(Macro macro) => macro switch
        {
            Macro.DocumentUri => "/$QUERY_STRING %1\r\n?",
            Macro.QueryString => "q=%20&$REQUEST_URI\r\n",
            Macro.UserAgent => "é\"\r\n$RESPONSE_CODE",
            Macro.ResponseCode => "302",
            _ => $"<{macro}%2>",
        };

        public override ReadOnlySpan<byte> Of(Macro macro) => Encoding.Latin1.GetBytes(Text(macro));
    }
}
