using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Configuration.Wire;

namespace Sluice.Httpd.Configuration;

/// <summary>A configuration as bytes, so that children need not parse text. Write and Read stand side by side.</summary>
internal static class ConfigurationWire
{
    /// <summary>What the servers may know: no file outside the chroot is named, above all no key.</summary>
    public static HttpdConfiguration ForServers(HttpdConfiguration configuration)
    {
        Server[] servers = new Server[configuration.Servers.Count];
        for (int i = 0; i < servers.Length; i++)
        {
            Server server = configuration.Servers[i];
            ServerTls? tls = server.Tls;
            servers[i] = tls is null ? server : server with
            {
                Tls = tls with
                {
                    Certificate = "",
                    Key = "",
                    Ocsp = null,
                    Client = tls.Client is null ? null : new ClientCertificates("", Optional: tls.Client.Optional),
                },
            };
        }

        return configuration with { LogDirectory = "", Servers = [.. servers] };
    }

    public static byte[] Write(HttpdConfiguration configuration)
    {
        SliceWriter writer = new();
        writer.Number(configuration.Prefork);
        writer.Text(configuration.Chroot);
        writer.Text(configuration.LogDirectory);
        writer.OptionalText(configuration.ErrorDocuments);
        writer.Small(configuration.Banner ? 1 : 0);
        Write(writer, configuration.DefaultType);
        WriteList(writer, configuration.MediaTypes, Write);
        WriteList(writer, configuration.TrustedProxies, Write);
        WriteList(writer, configuration.Servers, Write);
        return writer.Written.ToArray();
    }

    /// <summary>What was written; null where the bytes are something else.</summary>
    public static HttpdConfiguration? Read(ReadOnlyMemory<byte> bytes)
    {
        SliceReader reader = new(bytes);
        HttpdConfiguration configuration = new()
        {
            Prefork = (int)reader.Number(1, Limits.Prefork),
            Chroot = reader.Text(),
            LogDirectory = reader.Text(),
            ErrorDocuments = reader.OptionalText(),
            Banner = reader.Flag(),
            DefaultType = ReadMediaType(reader),
            MediaTypes = reader.List(ReadMediaTypeLine),
            TrustedProxies = reader.List(ReadPrefix),
            Servers = reader.List(ReadServer),
        };
        return reader.Failed || !reader.IsAtEnd ? null : configuration;
    }

    private static void Write(SliceWriter writer, Server server)
    {
        Write(writer, server.Name);
        WriteList(writer, server.Aliases, Write);
        WriteList(writer, server.Listens, Write);
        SettingsWire.Write(writer, server.Settings);
        WriteList(writer, server.Locations, Write);
        writer.OptionalText(server.ErrorDocuments);
        writer.Small(server.Banner ? 1 : 0);
        Write(writer, server.Limits);
        Write(writer, server.Tcp);
        Write(writer, server.Hsts);
        Write(writer, server.Tls);
    }

    private static Server ReadServer(SliceReader reader) => new()
    {
        Name = ReadName(reader),
        Aliases = reader.List(ReadName),
        Listens = reader.List(ReadListen),
        Settings = SettingsWire.Read(reader),
        Locations = reader.List(ReadLocation),
        ErrorDocuments = reader.OptionalText(),
        Banner = reader.Flag(),
        Limits = ReadLimits(reader),
        Tcp = ReadTcp(reader),
        Hsts = ReadHsts(reader),
        Tls = ReadTls(reader),
    };

    private static void Write(SliceWriter writer, ServerName name)
    {
        writer.Text(name.Text);
        writer.Small((int)name.Kind);
    }

    private static ServerName ReadName(SliceReader reader) => new(reader.Text(), (NameKind)reader.Small((int)NameKind.Pattern));

    private static void Write(SliceWriter writer, ListenAddress listen)
    {
        writer.EndPoint(listen.EndPoint);
        writer.Small(listen.Tls ? 1 : 0);
        writer.Small(listen.ProxyProtocol ? 1 : 0);
    }

    private static ListenAddress ReadListen(SliceReader reader) => new(reader.EndPoint(), reader.Flag(), reader.Flag());

    private static void Write(SliceWriter writer, Location location)
    {
        writer.Text(location.Path);
        writer.Small((int)location.Kind);
        writer.Small((int)location.Existence);
        writer.Small(location.From is null ? 0 : 1);
        if (location.From is { } from)
        {
            WriteList(writer, from.Networks, Write);
            writer.Small(from.Not ? 1 : 0);
        }

        SettingsWire.Write(writer, location.Settings);
    }

    private static Location ReadLocation(SliceReader reader) => new()
    {
        Path = reader.Text(),
        Kind = (NameKind)reader.Small((int)NameKind.Pattern),
        Existence = (Existence)reader.Small((int)Existence.NotFound),
        From = reader.Flag() ? new ClientFilter(reader.List(ReadPrefix), reader.Flag()) : null,
        Settings = SettingsWire.Read(reader),
    };

    private static void Write(SliceWriter writer, ConnectionLimits limits)
    {
        writer.Number(limits.Timeout.Ticks);
        writer.Number(limits.RequestTimeout.Ticks);
        writer.Number(limits.MaxRequests ?? -1);
        writer.Number(limits.MaxRequestBody ?? -1);
    }

    private static ConnectionLimits ReadLimits(SliceReader reader) => new()
    {
        Timeout = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
        RequestTimeout = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
        MaxRequests = ReadLimit(reader),
        MaxRequestBody = ReadLimit(reader),
    };

    private static long? ReadLimit(SliceReader reader)
    {
        long limit = reader.Number(-1, long.MaxValue);
        return limit < 0 ? null : limit;
    }

    private static void Write(SliceWriter writer, TcpOptions tcp)
    {
        writer.Small((int)tcp.NoDelay);
        writer.Small((int)tcp.Sack);
        writer.Number(tcp.Backlog ?? -1);
        writer.Number(tcp.SocketBuffer ?? -1);
        writer.Number(tcp.Ttl ?? -1);
        writer.Number(tcp.MinTtl ?? -1);
    }

    private static TcpOptions ReadTcp(SliceReader reader) => new()
    {
        NoDelay = (Setting)reader.Small((int)Setting.Off),
        Sack = (Setting)reader.Small((int)Setting.Off),
        Backlog = reader.Number(-1, int.MaxValue) is >= 0 and long backlog ? (int)backlog : null,
        SocketBuffer = reader.Number(-1, int.MaxValue) is >= 0 and long size ? (int)size : null,
        Ttl = reader.Number(-1, byte.MaxValue) is >= 0 and long ttl ? (byte)ttl : null,
        MinTtl = reader.Number(-1, byte.MaxValue) is >= 0 and long least ? (byte)least : null,
    };

    private static void Write(SliceWriter writer, Hsts? hsts)
    {
        writer.Small(hsts is null ? 0 : 1);
        if (hsts is not null)
        {
            writer.Number(hsts.MaxAge);
            writer.Small(hsts.Subdomains ? 1 : 0);
            writer.Small(hsts.Preload ? 1 : 0);
        }
    }

    private static Hsts? ReadHsts(SliceReader reader) =>
        reader.Flag() ? new Hsts((int)reader.Number(0, int.MaxValue), reader.Flag(), reader.Flag()) : null;

    private static void Write(SliceWriter writer, ServerTls? tls)
    {
        writer.Small(tls is null ? 0 : 1);
        if (tls is null)
        {
            return;
        }

        writer.Text(tls.Certificate);
        writer.Text(tls.Key);
        writer.OptionalText(tls.Ocsp);
        writer.Text(tls.Ciphers);
        writer.Text(tls.Dhe);
        writer.Text(tls.Ecdhe);
        writer.Small((int)tls.Protocols);
        writer.Small(tls.Client is null ? 0 : 1);
        if (tls.Client is { } client)
        {
            writer.Text(client.Authorities);
            writer.OptionalText(client.Revocations);
            writer.Small(client.Optional ? 1 : 0);
        }

        writer.Number(tls.TicketLifetime.Ticks);
    }

    private static ServerTls? ReadTls(SliceReader reader) => !reader.Flag() ? null : new ServerTls
    {
        Certificate = reader.Text(),
        Key = reader.Text(),
        Ocsp = reader.OptionalText(),
        Ciphers = reader.Text(),
        Dhe = reader.Text(),
        Ecdhe = reader.Text(),
        Protocols = (TlsProtocols)reader.Small((int)(TlsProtocols.Tls12 | TlsProtocols.Tls13)),
        Client = reader.Flag() ? new ClientCertificates(reader.Text(), reader.OptionalText(), reader.Flag()) : null,
        TicketLifetime = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
    };

    private static void Write(SliceWriter writer, MediaTypeLine line)
    {
        writer.Text(line.Extension);
        Write(writer, line.Type);
        writer.OptionalText(line.CacheControl);
    }

    private static MediaTypeLine ReadMediaTypeLine(SliceReader reader) =>
        new(reader.Text(), ReadMediaType(reader), reader.OptionalText());

    private static void Write(SliceWriter writer, Prefix prefix)
    {
        writer.Address(prefix.Address);
        writer.Small(prefix.Length);
    }

    private static Prefix ReadPrefix(SliceReader reader) => new(reader.Address(), reader.Small(128));

    internal static void Write(SliceWriter writer, MediaType type)
    {
        writer.Text(type.Type);
        writer.Text(type.Subtype);
    }

    internal static MediaType ReadMediaType(SliceReader reader) => new(reader.Text(), reader.Text());

    internal static void WriteList<T>(SliceWriter writer, Sequence<T> list, Action<SliceWriter, T> member)
    {
        writer.Count(list.Count);
        foreach (T item in list)
        {
            member(writer, item);
        }
    }
}
