using System;
using System.Text;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>The addition <c>notify-on-block</c>: tell a unix socket about each refused request.</summary>
internal static class NoticeGrammar
{
    private const string Word = "notify-on-block";

    /// <summary>"notify-on-block" "{" options "}"; false where another option comes next.</summary>
    public static bool Read(TokenReader reader, SettingsDraft settings)
    {
        if (!Take(reader, Word))
        {
            return false;
        }

        string socket = "";
        string? message = "";
        TimeSpan timeout = TimeSpan.FromSeconds(1);
        Lists.ReadBraced(reader, () =>
        {
            if (reader.TakeKeyword("socket"))
            {
                socket = Strings.Read(reader, "the path of a socket", Limits.SocketPath, "socket path too long");
            }
            else if (reader.TakeKeyword("timeout"))
            {
                timeout = TimeSpan.FromSeconds(Numbers.Read(reader, "A timeout in seconds", 0, int.MaxValue, "invalid timeout: {0}"));
            }
            else if (Take(reader, "message"))
            {
                message = reader.TakeKeyword("drop") ? null : Message(reader);
            }
            else
            {
                reader.SyntaxError("notify-on-block takes: socket, message, timeout");
            }
        });
        if (!reader.Failed && message is not null && (socket.Length == 0 || message.Length == 0))
        {
            reader.Error("notify-on-block without socket or message", "Write: notify-on-block { socket \"path\", message \"text\" }");
        }

        settings.NotifyOnBlock = message is null ? Choice<BlockNotice>.No : Choice<BlockNotice>.Of(new BlockNotice(socket, message, timeout));
        return true;
    }

    /// <summary>The word behind <c>no</c>; false where another option comes next.</summary>
    public static bool ReadNo(TokenReader reader, SettingsDraft settings)
    {
        if (!Take(reader, Word))
        {
            return false;
        }

        settings.NotifyOnBlock = Choice<BlockNotice>.No;
        return true;
    }

    /// <summary>What <see cref="Read"/> reads back as the message: its lines, and the ends of lines between them.</summary>
    public static string Print(string message)
    {
        StringBuilder parts = new();
        int at = 0;
        while (at < message.Length)
        {
            int end = message.AsSpan(at).IndexOfAny('\r', '\n');
            string text = message[at..(end < 0 ? message.Length : at + end)];
            at += text.Length;
            parts.Append(text.Length == 0 ? "" : " " + Quoting.Quote(text));
            if (at < message.Length)
            {
                parts.Append(message[at++] == '\r' ? " cr" : " lf");
            }
        }

        return parts.ToString(1, parts.Length - 1);
    }

    /// <summary>( string | "cr" | "lf" ) { … }, one behind the other: no string can hold the end of a line.</summary>
    private static string Message(TokenReader reader)
    {
        StringBuilder message = new();
        do
        {
            message.Append(Take(reader, "cr") ? "\r" : Take(reader, "lf") ? "\n" : reader.ExpectText("the text of the message"));
        }
        while (reader.Peek().Kind == TokenKind.Text);
        return message.ToString();
    }

    private static bool Take(TokenReader reader, string word)
    {
        bool matches = reader.Peek() is { Kind: TokenKind.Text, IsQuoted: false } token && string.Equals(token.Text, word, StringComparison.Ordinal);
        if (matches)
        {
            _ = reader.Take();
        }

        return matches;
    }
}
