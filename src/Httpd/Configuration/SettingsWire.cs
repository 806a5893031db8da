using System;

using Sluice.Configuration.Wire;

namespace Sluice.Httpd.Configuration;

/// <summary>The settings of servers and locations as bytes.</summary>
internal static class SettingsWire
{
    public static void Write(SliceWriter writer, Settings settings)
    {
        writer.Text(settings.Root);
        writer.Number(settings.Strip);
        writer.OptionalText(settings.Rewrite);
        ConfigurationWire.WriteList(writer, settings.Index, static (writer, name) => writer.Text(name));
        writer.Small(settings.AutoIndex ? 1 : 0);
        Write(writer, settings.FastCgi);
        Write(writer, settings.Log);
        Write(writer, settings.Authentication);
        Write(writer, settings.Block);
        ConfigurationWire.Write(writer, settings.DefaultType);
        writer.Small(settings.GzipStatic ? 1 : 0);
        ConfigurationWire.WriteList(writer, settings.Headers, Write);
        Write(writer, settings.NotifyOnBlock);
        writer.Small(settings.PassChunked ? 1 : 0);
    }

    public static Settings Read(SliceReader reader) => new()
    {
        Root = reader.Text(),
        Strip = (int)reader.Number(0, int.MaxValue),
        Rewrite = reader.OptionalText(),
        Index = reader.List(static reader => reader.Text()),
        AutoIndex = reader.Flag(),
        FastCgi = ReadFastCgi(reader),
        Log = ReadLog(reader),
        Authentication = reader.Flag() ? new Authentication(reader.Text(), reader.Text()) : null,
        Block = ReadBlock(reader),
        DefaultType = ConfigurationWire.ReadMediaType(reader),
        GzipStatic = reader.Flag(),
        Headers = reader.List(ReadHeader),
        NotifyOnBlock = ReadNotice(reader),
        PassChunked = reader.Flag(),
    };

    private static void Write(SliceWriter writer, FastCgi? application)
    {
        writer.Small(application is null ? 0 : 1);
        if (application is null)
        {
            return;
        }

        writer.Text(application.Socket);
        writer.Small(application.Host is null ? 0 : 1);
        if (application.Host is not null)
        {
            writer.EndPoint(application.Host);
        }

        writer.Number(application.Strip);
        ConfigurationWire.WriteList(writer, application.Parameters, static (writer, parameter) =>
        {
            writer.Text(parameter.Name);
            writer.Text(parameter.Value);
        });
        writer.OptionalText(application.Script);
    }

    private static FastCgi? ReadFastCgi(SliceReader reader) => !reader.Flag() ? null : new FastCgi
    {
        Socket = reader.Text(),
        Host = reader.Flag() ? reader.EndPoint() : null,
        Strip = (int)reader.Number(0, int.MaxValue),
        Parameters = reader.List(static reader => new FastCgiParameter(reader.Text(), reader.Text())),
        Script = reader.OptionalText(),
    };

    private static void Write(SliceWriter writer, LogSettings log)
    {
        writer.Small(log.IsOn ? 1 : 0);
        writer.Small((int)log.Style);
        writer.Small(log.Syslog ? 1 : 0);
        writer.Text(log.Access);
        writer.Text(log.Error);
    }

    private static LogSettings ReadLog(SliceReader reader) => new()
    {
        IsOn = reader.Flag(),
        Style = (LogStyle)reader.Small((int)LogStyle.Json),
        Syslog = reader.Flag(),
        Access = reader.Text(),
        Error = reader.Text(),
    };

    private static void Write(SliceWriter writer, Authentication? authentication)
    {
        writer.Small(authentication is null ? 0 : 1);
        if (authentication is not null)
        {
            writer.Text(authentication.Realm);
            writer.Text(authentication.File);
        }
    }

    private static void Write(SliceWriter writer, Block? block)
    {
        writer.Small(block is null ? 0 : 1);
        if (block is not null)
        {
            writer.Small((int)block.Action);
            writer.Number(block.Code);
            writer.OptionalText(block.Uri);
        }
    }

    private static Block? ReadBlock(SliceReader reader) => reader.Flag()
        ? new Block((BlockAction)reader.Small((int)BlockAction.Drop), (int)reader.Number(100, 999), reader.OptionalText())
        : null;

    private static void Write(SliceWriter writer, HeaderRule rule)
    {
        writer.Small((int)rule.Action);
        writer.Text(rule.Name);
        writer.Text(rule.Value);
        writer.Small(rule.Always ? 1 : 0);
    }

    private static HeaderRule ReadHeader(SliceReader reader) =>
        new((HeaderAction)reader.Small((int)HeaderAction.Remove), reader.Text(), reader.Text(), reader.Flag());

    private static void Write(SliceWriter writer, BlockNotice? notice)
    {
        writer.Small(notice is null ? 0 : 1);
        if (notice is not null)
        {
            writer.Text(notice.Socket);
            writer.Text(notice.Message);
            writer.Number(notice.Timeout.Ticks);
        }
    }

    private static BlockNotice? ReadNotice(SliceReader reader) => reader.Flag()
        ? new BlockNotice(reader.Text(), reader.Text(), TimeSpan.FromTicks(reader.Number(0, long.MaxValue)))
        : null;
}
