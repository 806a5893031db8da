using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Http.Logging;

namespace Sluice.Httpd.Configuration;

/// <summary><c>log</c> of httpd.conf(5).</summary>
internal static class LogGrammar
{
    /// <summary>"style" style | [ "no" ] "syslog" | "access" string | "error" string, or the addition "json"</summary>
    public static void Read(TokenReader reader, SettingsDraft settings)
    {
        if (reader.TakeKeyword("style"))
        {
            Style(reader, settings);
        }
        else if (reader.TakeKeyword("no"))
        {
            reader.ExpectKeyword("syslog");
            settings.Syslog = false;
        }
        else if (reader.TakeKeyword("syslog"))
        {
            settings.Syslog = true;
        }
        else if (reader.TakeKeyword("access"))
        {
            settings.AccessLog = Strings.Read(reader, "the name of a file", Limits.Path, "access log name too long");
        }
        else if (reader.TakeKeyword("error"))
        {
            settings.ErrorLog = Strings.Read(reader, "the name of a file", Limits.Path, "error log name too long");
        }
        else if (reader.Peek() is { Kind: TokenKind.Text, Text: "json" })
        {
            _ = reader.Take();
            Take(settings, LogStyle.Json);
        }
        else
        {
            reader.SyntaxError("log takes: style, syslog, no syslog, access, error, json");
        }
    }

    private static void Style(TokenReader reader, SettingsDraft settings)
    {
        if (reader.TakeKeyword("common"))
        {
            Take(settings, LogStyle.Common);
        }
        else if (reader.TakeKeyword("combined"))
        {
            Take(settings, LogStyle.Combined);
        }
        else if (reader.TakeKeyword("connection"))
        {
            Take(settings, LogStyle.Connection);
        }
        else if (reader.TakeKeyword("forwarded"))
        {
            Take(settings, LogStyle.Forwarded);
        }
        else
        {
            reader.SyntaxError("A style is common, combined, connection or forwarded; for JSON write: log json");
        }
    }

    /// <summary>To choose a style turns the log on again (H-LOG-02).</summary>
    private static void Take(SettingsDraft settings, LogStyle style)
    {
        settings.LogStyle = style;
        settings.IsLogged = true;
    }
}
