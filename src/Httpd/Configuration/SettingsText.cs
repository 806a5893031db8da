using System;

using Sluice.Configuration;
using Sluice.Http.Logging;

namespace Sluice.Httpd.Configuration;

/// <summary>The settings of a block as text: what differs from the block around it.</summary>
internal static class SettingsText
{
    public static void Print(TextLines lines, Settings settings, Settings around)
    {
        if (!string.Equals(settings.Root, around.Root, StringComparison.Ordinal))
        {
            lines.Add("root ", settings.Root);
        }

        PrintRequest(lines, settings, around);
        PrintDirectory(lines, settings, around);
        if (settings.FastCgi != around.FastCgi)
        {
            Print(lines, settings.FastCgi);
        }

        Print(lines, settings.Log, around.Log);
        if (settings.Authentication != around.Authentication)
        {
            lines.Add(settings.Authentication is not { } authentication
                ? "no authenticate"
                : $"authenticate {Quoting.Quote(authentication.Realm)} with {Quoting.Quote(authentication.File)}");
        }

        if (settings.Block != around.Block)
        {
            Print(lines, settings.Block);
        }

        if (settings.DefaultType != around.DefaultType)
        {
            lines.Add("default type " + ConfigurationText.Media(settings.DefaultType));
        }

        if (settings.GzipStatic != around.GzipStatic)
        {
            lines.Add(settings.GzipStatic ? "gzip-static" : "no gzip-static");
        }

        PrintAdditions(lines, settings, around);
    }

    private static void PrintRequest(TextLines lines, Settings settings, Settings around)
    {
        // Strip is the one setting that is not inherited.
        if (settings.Strip != 0)
        {
            lines.Add($"request strip {settings.Strip}");
        }

        if (!string.Equals(settings.Rewrite, around.Rewrite, StringComparison.Ordinal))
        {
            lines.Add(settings.Rewrite is null ? "request no rewrite" : $"request rewrite {Quoting.Quote(settings.Rewrite)}");
        }
    }

    private static void PrintDirectory(TextLines lines, Settings settings, Settings around)
    {
        bool hasOwnIndex = settings.Index != around.Index;
        if (hasOwnIndex)
        {
            lines.Add(settings.Index.Count switch
            {
                0 => "directory no index",
                1 => $"directory index {Quoting.Quote(settings.Index[0])}",
                _ => $"directory index {{ {TextLines.Join(settings.Index, Quoting.Quote, ", ")} }}",
            });
        }

        // "no index" turns the listing off by itself.
        bool isImplied = hasOwnIndex && settings.Index.Count == 0;
        if (settings.AutoIndex != around.AutoIndex && !isImplied)
        {
            lines.Add(settings.AutoIndex ? "directory auto index" : "directory no auto index");
        }
    }

    private static void Print(TextLines lines, FastCgi? application)
    {
        if (application is null)
        {
            lines.Add("no fastcgi");
            return;
        }

        lines.Open("fastcgi");
        lines.Add(application.Host is { } host
            ? $"socket tcp \"{host.Address}\" \"{host.Port}\""
            : $"socket {Quoting.Quote(application.Socket)}");
        foreach (FastCgiParameter parameter in application.Parameters)
        {
            lines.Add($"param {Quoting.Quote(parameter.Name)} {Quoting.Quote(parameter.Value)}");
        }

        if (application.Strip != 0)
        {
            lines.Add($"strip {application.Strip}");
        }

        if (application.ErrorDocuments)
        {
            lines.Add("errdocs");
        }

        if (application.Script is not null)
        {
            lines.Add("script ", application.Script);
        }

        lines.Close();
    }

    private static void Print(TextLines lines, LogSettings log, LogSettings around)
    {
        // To choose a style turns the log on, which is the only way; so "no log" comes last.
        bool hasStyle = log.Style != around.Style || (log.IsOn && !around.IsOn);
        if (hasStyle)
        {
            lines.Add(log.Style switch
            {
                LogStyle.Combined => "log style combined",
                LogStyle.Connection => "log style connection",
                LogStyle.Forwarded => "log style forwarded",
                LogStyle.Json => "log json",
                _ => "log style common",
            });
        }

        if (log.Syslog != around.Syslog)
        {
            lines.Add(log.Syslog ? "log syslog" : "log no syslog");
        }

        if (!string.Equals(log.Access, around.Access, StringComparison.Ordinal))
        {
            lines.Add("log access ", log.Access);
        }

        if (!string.Equals(log.Error, around.Error, StringComparison.Ordinal))
        {
            lines.Add("log error ", log.Error);
        }

        if (!log.IsOn && (around.IsOn || hasStyle))
        {
            lines.Add("no log");
        }
    }

    private static void Print(TextLines lines, Block? block)
    {
        if (block is null)
        {
            lines.Add("pass");
        }
        else if (block.Action == BlockAction.Drop)
        {
            lines.Add("block drop");
        }
        else
        {
            lines.Add($"block return {block.Code}{(block.Uri is null ? "" : " " + Quoting.Quote(block.Uri))}");
        }
    }

    private static void PrintAdditions(TextLines lines, Settings settings, Settings around)
    {
        if (settings.Headers != around.Headers)
        {
            foreach (HeaderRule rule in settings.Headers)
            {
                string always = rule.Always ? " always" : "";
                lines.Add(rule.Action switch
                {
                    HeaderAction.Set => $"header set {Quoting.Quote(rule.Name)} {Quoting.Quote(rule.Value)}{always}",
                    HeaderAction.Add => $"header add {Quoting.Quote(rule.Name)} {Quoting.Quote(rule.Value)}{always}",
                    _ => $"header remove {Quoting.Quote(rule.Name)}{always}",
                });
            }
        }

        if (settings.NotifyOnBlock != around.NotifyOnBlock)
        {
            lines.Add(settings.NotifyOnBlock is not { } notice
                ? "no notify-on-block"
                : $"notify-on-block {{ socket {Quoting.Quote(notice.Socket)}, message {NoticeGrammar.Print(notice.Message)}, timeout {ConfigurationText.Seconds(notice.Timeout)} }}");
        }

        if (settings.PassChunked != around.PassChunked)
        {
            lines.Add("pass chunked");
        }
    }
}
