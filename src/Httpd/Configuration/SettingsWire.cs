using System;

using Sluice.Daemon.Wire;
using Sluice.Http.Logging;

namespace Sluice.Httpd.Configuration;

/// <summary>The settings of servers and locations as bytes.</summary>
internal static class SettingsWire
{
    public static void Write(WireWriter writer, Settings settings)
    {
        writer.Latin1(settings.Root);
        writer.Number(settings.Strip);
        writer.OptionalLatin1(settings.Rewrite);
        writer.List(settings.Index.AsSpan(), static (writer, name) => writer.Latin1(name));
        writer.Small(settings.AutoIndex ? 1 : 0);
        Write(writer, settings.FastCgi);
        Write(writer, settings.Log);
        Write(writer, settings.Authentication);
        Write(writer, settings.Block);
        ConfigurationWire.Write(writer, settings.DefaultType);
        writer.Small(settings.GzipStatic ? 1 : 0);
        writer.List(settings.Headers.AsSpan(), Write);
        Write(writer, settings.NotifyOnBlock);
        writer.Small(settings.PassChunked ? 1 : 0);
    }

    public static Settings Read(ref WireReader reader) => new()
    {
        Root = reader.Latin1(),
        Strip = (int)reader.Number(0, int.MaxValue),
        Rewrite = reader.OptionalLatin1(),
        Index = [.. reader.List(static (ref reader) => reader.Latin1())],
        AutoIndex = reader.Flag(),
        FastCgi = ReadFastCgi(ref reader),
        Log = ReadLog(ref reader),
        Authentication = reader.Flag() ? new Authentication(reader.Latin1(), reader.Latin1()) : null,
        Block = ReadBlock(ref reader),
        DefaultType = ConfigurationWire.ReadMediaType(ref reader),
        GzipStatic = reader.Flag(),
        Headers = [.. reader.List(ReadHeader)],
        NotifyOnBlock = ReadNotice(ref reader),
        PassChunked = reader.Flag(),
    };

    private static void Write(WireWriter writer, FastCgi? application)
    {
        writer.Small(application is null ? 0 : 1);
        if (application is null)
        {
            return;
        }

        writer.Latin1(application.Socket);
        writer.Small(application.Host is null ? 0 : 1);
        if (application.Host is not null)
        {
            writer.EndPoint(application.Host);
        }

        writer.Number(application.Strip);
        writer.List(application.Parameters.AsSpan(), static (writer, parameter) =>
        {
            writer.Latin1(parameter.Name);
            writer.Latin1(parameter.Value);
        });
        writer.Small(application.ErrorDocuments ? 1 : 0);
        writer.OptionalLatin1(application.Script);
    }

    private static FastCgi? ReadFastCgi(ref WireReader reader) => !reader.Flag() ? null : new FastCgi
    {
        Socket = reader.Latin1(),
        Host = reader.Flag() ? reader.EndPoint() : null,
        Strip = (int)reader.Number(0, int.MaxValue),
        Parameters = [.. reader.List(static (ref reader) => new FastCgiParameter(reader.Latin1(), reader.Latin1()))],
        ErrorDocuments = reader.Flag(),
        Script = reader.OptionalLatin1(),
    };

    private static void Write(WireWriter writer, LogSettings log)
    {
        writer.Small(log.IsOn ? 1 : 0);
        writer.Small((int)log.Style);
        writer.Small(log.Syslog ? 1 : 0);
        writer.Latin1(log.Access);
        writer.Latin1(log.Error);
    }

    private static LogSettings ReadLog(ref WireReader reader) => new()
    {
        IsOn = reader.Flag(),
        Style = (LogStyle)reader.Small((int)LogStyle.Json),
        Syslog = reader.Flag(),
        Access = reader.Latin1(),
        Error = reader.Latin1(),
    };

    private static void Write(WireWriter writer, Authentication? authentication)
    {
        writer.Small(authentication is null ? 0 : 1);
        if (authentication is not null)
        {
            writer.Latin1(authentication.Realm);
            writer.Latin1(authentication.File);
        }
    }

    private static void Write(WireWriter writer, Block? block)
    {
        writer.Small(block is null ? 0 : 1);
        if (block is not null)
        {
            writer.Small((int)block.Action);
            writer.Number(block.Code);
            writer.OptionalLatin1(block.Uri);
        }
    }

    private static Block? ReadBlock(ref WireReader reader) => reader.Flag()
        ? new Block((BlockAction)reader.Small((int)BlockAction.Drop), (int)reader.Number(100, 999), reader.OptionalLatin1())
        : null;

    private static void Write(WireWriter writer, HeaderRule rule)
    {
        writer.Small((int)rule.Action);
        writer.Latin1(rule.Name);
        writer.Latin1(rule.Value);
        writer.Small(rule.Always ? 1 : 0);
    }

    private static HeaderRule ReadHeader(ref WireReader reader) =>
        new((HeaderAction)reader.Small((int)HeaderAction.Remove), reader.Latin1(), reader.Latin1(), reader.Flag());

    private static void Write(WireWriter writer, BlockNotice? notice)
    {
        writer.Small(notice is null ? 0 : 1);
        if (notice is not null)
        {
            writer.Latin1(notice.Socket);
            writer.Latin1(notice.Message);
            writer.Number(notice.Timeout.Ticks);
        }
    }

    private static BlockNotice? ReadNotice(ref WireReader reader) => reader.Flag()
        ? new BlockNotice(reader.Latin1(), reader.Latin1(), TimeSpan.FromTicks(reader.Number(0, long.MaxValue)))
        : null;
}
