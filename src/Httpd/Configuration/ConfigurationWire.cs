using System;

using Sluice.Configuration.Grammar;
using Sluice.Daemon.Wire;

namespace Sluice.Httpd.Configuration;

/// <summary>A configuration as bytes, so that children need not parse text. Write and Read stand side by side.</summary>
internal static class ConfigurationWire
{
    /// <summary>What the servers may know: no file outside the chroot is named. Of keys they have the numbers.</summary>
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
        WireWriter writer = new();
        writer.Number(configuration.Prefork);
        writer.Latin1(configuration.Chroot);
        writer.Latin1(configuration.LogDirectory);
        writer.OptionalLatin1(configuration.ErrorDocuments);
        writer.Small(configuration.Banner ? 1 : 0);
        Write(writer, configuration.DefaultType);
        writer.List(configuration.MediaTypes.AsSpan(), Write);
        writer.List(configuration.TrustedProxies.AsSpan(), Write);
        writer.List(configuration.Servers.AsSpan(), Write);
        return writer.Written.ToArray();
    }

    /// <summary>What was written; null where the bytes are something else.</summary>
    public static HttpdConfiguration? Read(ReadOnlyMemory<byte> bytes)
    {
        WireReader reader = new(bytes.Span);
        HttpdConfiguration configuration = new()
        {
            Prefork = (int)reader.Number(1, Limits.Prefork),
            Chroot = reader.Latin1(),
            LogDirectory = reader.Latin1(),
            ErrorDocuments = reader.OptionalLatin1(),
            Banner = reader.Flag(),
            DefaultType = ReadMediaType(ref reader),
            MediaTypes = [.. reader.List(ReadMediaTypeLine)],
            TrustedProxies = [.. reader.List(ReadPrefix)],
            Servers = [.. reader.List(ReadServer)],
        };
        return reader.IsWhole ? configuration : null;
    }

    private static void Write(WireWriter writer, Server server)
    {
        Write(writer, server.Name);
        writer.List(server.Aliases.AsSpan(), Write);
        writer.List(server.Listens.AsSpan(), Write);
        SettingsWire.Write(writer, server.Settings);
        writer.List(server.Locations.AsSpan(), Write);
        writer.OptionalLatin1(server.ErrorDocuments);
        writer.Small(server.Banner ? 1 : 0);
        Write(writer, server.Limits);
        Write(writer, server.Tcp);
        Write(writer, server.Hsts);
        Write(writer, server.Tls);
    }

    private static Server ReadServer(ref WireReader reader) => new()
    {
        Name = ReadName(ref reader),
        Aliases = [.. reader.List(ReadName)],
        Listens = [.. reader.List(ReadListen)],
        Settings = SettingsWire.Read(ref reader),
        Locations = [.. reader.List(ReadLocation)],
        ErrorDocuments = reader.OptionalLatin1(),
        Banner = reader.Flag(),
        Limits = ReadLimits(ref reader),
        Tcp = ReadTcp(ref reader),
        Hsts = ReadHsts(ref reader),
        Tls = ReadTls(ref reader),
    };

    private static void Write(WireWriter writer, ServerName name)
    {
        writer.Latin1(name.Text);
        writer.Small((int)name.Kind);
    }

    private static ServerName ReadName(ref WireReader reader) => new(reader.Latin1(), (NameKind)reader.Small((int)NameKind.Pattern));

    private static void Write(WireWriter writer, ListenAddress listen)
    {
        writer.EndPoint(listen.EndPoint);
        writer.Small(listen.Tls ? 1 : 0);
        writer.Small(listen.ProxyProtocol ? 1 : 0);
    }

    private static ListenAddress ReadListen(ref WireReader reader) => new(reader.EndPoint(), reader.Flag(), reader.Flag());

    private static void Write(WireWriter writer, Location location)
    {
        writer.Latin1(location.Path);
        writer.Small((int)location.Kind);
        writer.Small((int)location.Existence);
        writer.Small(location.From is null ? 0 : 1);
        if (location.From is { } from)
        {
            writer.List(from.Networks.AsSpan(), Write);
            writer.Small(from.Not ? 1 : 0);
        }

        SettingsWire.Write(writer, location.Settings);
    }

    private static Location ReadLocation(ref WireReader reader) => new()
    {
        Path = reader.Latin1(),
        Kind = (NameKind)reader.Small((int)NameKind.Pattern),
        Existence = (Existence)reader.Small((int)Existence.NotFound),
        From = reader.Flag() ? new ClientFilter([.. reader.List(ReadPrefix)], reader.Flag()) : null,
        Settings = SettingsWire.Read(ref reader),
    };

    private static void Write(WireWriter writer, ConnectionLimits limits)
    {
        writer.Number(limits.Timeout.Ticks);
        writer.Number(limits.RequestTimeout.Ticks);
        writer.Number(limits.MaxRequests ?? -1);
        writer.Number(limits.MaxRequestBody ?? -1);
    }

    private static ConnectionLimits ReadLimits(ref WireReader reader) => new()
    {
        Timeout = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
        RequestTimeout = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
        MaxRequests = ReadLimit(ref reader),
        MaxRequestBody = ReadLimit(ref reader),
    };

    private static long? ReadLimit(ref WireReader reader)
    {
        long limit = reader.Number(-1, long.MaxValue);
        return limit < 0 ? null : limit;
    }

    private static void Write(WireWriter writer, TcpOptions tcp)
    {
        writer.Small((int)tcp.NoDelay);
        writer.Small((int)tcp.Sack);
        writer.Number(tcp.Backlog ?? -1);
        writer.Number(tcp.SocketBuffer ?? -1);
        writer.Number(tcp.Ttl ?? -1);
        writer.Number(tcp.MinTtl ?? -1);
    }

    private static TcpOptions ReadTcp(ref WireReader reader) => new()
    {
        NoDelay = (Setting)reader.Small((int)Setting.Off),
        Sack = (Setting)reader.Small((int)Setting.Off),
        Backlog = reader.Number(-1, int.MaxValue) is >= 0 and long backlog ? (int)backlog : null,
        SocketBuffer = reader.Number(-1, int.MaxValue) is >= 0 and long size ? (int)size : null,
        Ttl = reader.Number(-1, byte.MaxValue) is >= 0 and long ttl ? (byte)ttl : null,
        MinTtl = reader.Number(-1, byte.MaxValue) is >= 0 and long least ? (byte)least : null,
    };

    private static void Write(WireWriter writer, Hsts? hsts)
    {
        writer.Small(hsts is null ? 0 : 1);
        if (hsts is not null)
        {
            writer.Number(hsts.MaxAge);
            writer.Small(hsts.Subdomains ? 1 : 0);
            writer.Small(hsts.Preload ? 1 : 0);
        }
    }

    private static Hsts? ReadHsts(ref WireReader reader) =>
        reader.Flag() ? new Hsts((int)reader.Number(0, int.MaxValue), reader.Flag(), reader.Flag()) : null;

    private static void Write(WireWriter writer, ServerTls? tls)
    {
        writer.Small(tls is null ? 0 : 1);
        if (tls is null)
        {
            return;
        }

        writer.Latin1(tls.Certificate);
        writer.Latin1(tls.Key);
        writer.OptionalLatin1(tls.Ocsp);
        writer.Latin1(tls.Ciphers);
        writer.Latin1(tls.Dhe);
        writer.Latin1(tls.Ecdhe);
        writer.Small((int)tls.Protocols);
        writer.Small(tls.Client is null ? 0 : 1);
        if (tls.Client is { } client)
        {
            writer.Latin1(client.Authorities);
            writer.OptionalLatin1(client.Revocations);
            writer.Small(client.Optional ? 1 : 0);
        }

        writer.Number(tls.TicketLifetime.Ticks);
        Write(writer, tls.Contents);
    }

    private static ServerTls? ReadTls(ref WireReader reader) => !reader.Flag() ? null : new ServerTls
    {
        Certificate = reader.Latin1(),
        Key = reader.Latin1(),
        Ocsp = reader.OptionalLatin1(),
        Ciphers = reader.Latin1(),
        Dhe = reader.Latin1(),
        Ecdhe = reader.Latin1(),
        Protocols = (TlsProtocols)reader.Small((int)(TlsProtocols.Tls12 | TlsProtocols.Tls13)),
        Client = reader.Flag() ? new ClientCertificates(reader.Latin1(), reader.OptionalLatin1(), reader.Flag()) : null,
        TicketLifetime = TimeSpan.FromTicks(reader.Number(0, long.MaxValue)),
        Contents = ReadContents(ref reader),
    };

    private static void Write(WireWriter writer, TlsContents? contents)
    {
        writer.Small(contents is null ? 0 : 1);
        if (contents is not null)
        {
            writer.Latin1(contents.Certificate);
            writer.Count(contents.KeyId);
            writer.Number(contents.End.UtcTicks);
            writer.Latin1(contents.Ocsp);
            writer.Latin1(contents.Authorities);
            writer.Latin1(contents.Revocations);
        }
    }

    private static TlsContents? ReadContents(ref WireReader reader) => !reader.Flag() ? null : new TlsContents
    {
        Certificate = reader.Latin1(),
        KeyId = reader.Number(),
        End = new DateTimeOffset(reader.Number(0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
        Ocsp = reader.Latin1(),
        Authorities = reader.Latin1(),
        Revocations = reader.Latin1(),
    };

    private static void Write(WireWriter writer, MediaTypeLine line)
    {
        writer.Latin1(line.Extension);
        Write(writer, line.Type);
        writer.OptionalLatin1(line.CacheControl);
    }

    private static MediaTypeLine ReadMediaTypeLine(ref WireReader reader) =>
        new(reader.Latin1(), ReadMediaType(ref reader), reader.OptionalLatin1());

    private static void Write(WireWriter writer, Prefix prefix)
    {
        writer.Address(prefix.Address);
        writer.Small(prefix.Length);
    }

    private static Prefix ReadPrefix(ref WireReader reader) => new(reader.Address(), reader.Small(128));

    internal static void Write(WireWriter writer, MediaType type)
    {
        writer.Latin1(type.Type);
        writer.Latin1(type.Subtype);
    }

    internal static MediaType ReadMediaType(ref WireReader reader) => new(reader.Latin1(), reader.Latin1());
}
