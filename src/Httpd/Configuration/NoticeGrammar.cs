using System;

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

        BlockNotice notice = new("", "", TimeSpan.FromSeconds(1));
        Lists.ReadBraced(reader, () => notice = Option(reader, notice));
        if (!reader.Failed && (notice.Socket.Length == 0 || notice.Message.Length == 0))
        {
            reader.Error("notify-on-block without socket or message", "Write: notify-on-block { socket \"path\", message \"text\" }");
        }

        settings.NotifyOnBlock = Choice<BlockNotice>.Of(notice);
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

    /// <summary>"socket" string | "message" string | "timeout" number</summary>
    private static BlockNotice Option(TokenReader reader, BlockNotice notice)
    {
        if (reader.TakeKeyword("socket"))
        {
            return notice with { Socket = Strings.Read(reader, "the path of a socket", Limits.SocketPath, "socket path too long") };
        }

        if (reader.TakeKeyword("timeout"))
        {
            long seconds = Numbers.Read(reader, "A timeout in seconds", 0, int.MaxValue, "invalid timeout: {0}");
            return notice with { Timeout = TimeSpan.FromSeconds(seconds) };
        }

        if (Take(reader, "message"))
        {
            return notice with { Message = reader.ExpectText("the text of the message") };
        }

        reader.SyntaxError("notify-on-block takes: socket, message, timeout");
        return notice;
    }

    private static bool Take(TokenReader reader, string word)
    {
        bool matches = reader.Peek() is { Kind: TokenKind.Text } token && string.Equals(token.Text, word, StringComparison.Ordinal);
        if (matches)
        {
            _ = reader.Take();
        }

        return matches;
    }
}
