using System;

using Sluice.Configuration;
using Sluice.Http.Logging;
using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Applications;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Notices;

namespace Sluice.Httpd.Serving;

/// <summary>A server or one of its locations as requests are served there: its settings, their strings made bytes.</summary>
internal sealed class Place
{
    /// <summary>How the program names itself, everywhere (D-33).</summary>
    public static ReadOnlySpan<byte> Banner => "httpd"u8;

    private readonly Server _server;
    private readonly MediaTypes<ServedType> _types;
    private readonly ServedType _defaultType;
    private readonly HeaderRules _headers;

    /// <summary>Empty for none.</summary>
    private readonly byte[] _strictTransport;

    /// <summary>Makes the bytes once.</summary>
    /// <param name="server">Whose place it is.</param>
    /// <param name="settings">Complete: nothing is left to inherit.</param>
    /// <param name="types">Media types by extension.</param>
    /// <param name="generation">The configuration it belongs to.</param>
    /// <param name="existence">The condition of a location; <see cref="Existence.Any"/> for a server.</param>
    /// <param name="log">The number of the access log, where there is one.</param>
    /// <param name="scheme">Whether it is reached over TLS.</param>
    public Place(
        Server server,
        Settings settings,
        MediaTypes<ServedType> types,
        uint generation,
        Existence existence,
        ushort log,
        UriScheme scheme = UriScheme.Http)
    {
        _server = server;
        _types = types;
        _defaultType = new ServedType(settings.DefaultType, cacheControl: null);
        Settings = settings;
        Generation = generation;
        ErrorDocuments = server.ErrorDocuments is null ? default : Bytes.Of(server.ErrorDocuments);
        Existence = existence;
        Log = log;
        Scheme = scheme;
        Redirect = Template(settings.Block is { Uri: { } uri, Code: 301 or 302 or 303 or 307 or 308 } ? uri : null);
        Rewrite = Template(settings.Rewrite);
        _headers = HeaderRules.Of(settings.Headers);
        _strictTransport = scheme == UriScheme.Https && server.Hsts is { } hsts ? Bytes.Of(StrictTransport(hsts)) : [];
        Root = Bytes.Of(settings.Root);
        Application = Application.Of(settings);
        PeerVerification = scheme == UriScheme.Https && server.Tls?.Client is { } client ? Bytes.Of(Verification(client)) : default;
        Indexes = new byte[settings.Index.Count][];
        for (int index = 0; index < Indexes.Length; index++)
        {
            Indexes[index] = Bytes.Of(settings.Index[index]);
        }
    }

    /// <summary>What the configuration says.</summary>
    public Settings Settings { get; }

    /// <summary>The configuration it belongs to.</summary>
    public uint Generation { get; }

    /// <summary>The directory of the administrator's pages inside the chroot; empty for the built-in ones.</summary>
    public ReadOnlyMemory<byte> ErrorDocuments { get; }

    /// <summary>Whether the program names itself.</summary>
    public bool ShowsBanner => _server.Banner;

    /// <summary>What must hold for the path beside its text.</summary>
    public Existence Existence { get; }

    /// <summary>Which clients a location serves; null for all.</summary>
    public ClientCondition? Clients { get; init; }

    /// <summary>The number that the logger knows the access log by.</summary>
    public ushort Log { get; }

    /// <summary>How the URI of a request began.</summary>
    public UriScheme Scheme { get; }

    /// <summary>Where <c>block return</c> sends clients (H-LOC-28); null where it sends a page alone, or there is none.</summary>
    public MacroTemplate? Redirect { get; }

    /// <summary>Who is told of a refused request, and what; null for nobody.</summary>
    public NoticeTemplate? Notice { get; init; }

    /// <summary>Who answers in place of files; null for nobody.</summary>
    public Application? Application { get; }

    /// <summary>What of client certificates is looked at, as applications are told (H-FCGI-25); empty where none are asked for.</summary>
    public ReadOnlyMemory<byte> PeerVerification { get; }

    /// <summary>What a path becomes; null where it stays.</summary>
    public MacroTemplate? Rewrite { get; }

    /// <summary>Who may come in; null for everybody.</summary>
    public Guard? Guard { get; init; }

    /// <summary>Whether a connection is logged when it ends, and not each request.</summary>
    public bool LogsConnections => Settings.Log is { IsOn: true, Style: LogStyle.Connection };

    /// <summary>The number that the logger knows the error log by.</summary>
    public ushort ErrorLog { get; init; }

    /// <summary>The document root inside the chroot.</summary>
    public ReadOnlyMemory<byte> Root { get; }

    /// <summary>File names that a directory is served by, in order of preference.</summary>
    public byte[][] Indexes { get; }

    /// <summary>A directory has an answer here, be it an index file or a listing; otherwise all are refused (H-FILE-12, H-LOC-13).</summary>
    public bool ServesDirectories => Indexes.Length > 0 || Settings.AutoIndex;

    /// <summary>The media type of a file (H-FILE-24, H-FILE-25).</summary>
    public ServedType TypeOf(ReadOnlySpan<byte> path) => _types.TryFind(path, out ServedType? type) ? type : _defaultType;

    /// <summary>Adds the fields that every answer from here has, and applies the rules: comes last.</summary>
    /// <param name="fields">What the answer has of its own; a length only where it is prepared.</param>
    /// <param name="kind">Who made the answer.</param>
    public void AddFields(ResponseFields fields, AnswerKind kind = AnswerKind.Content)
    {
        if (ShowsBanner)
        {
            fields.Add("Server"u8, Banner);
        }

        if (_strictTransport.Length > 0)
        {
            fields.Add("Strict-Transport-Security"u8, _strictTransport);
        }

        _headers.Apply(fields, kind);
    }

    private static MacroTemplate? Template(string? text) => text is null ? null : MacroTemplate.Parse(Bytes.Of(text));

    private static string Verification(ClientCertificates client) =>
        $"ca{(client.Revocations is null ? "" : ", crl")}{(client.Optional ? ", optional" : "")}";

    private static string StrictTransport(Hsts hsts) =>
        $"max-age={hsts.MaxAge}{(hsts.Subdomains ? "; includeSubDomains" : "")}{(hsts.Preload ? "; preload" : "")}";
}

/// <summary>A media type as it is sent.</summary>
/// <param name="type">Its two parts.</param>
/// <param name="cacheControl">What <c>types</c> says of caching; null for nothing.</param>
internal sealed class ServedType(MediaType type, string? cacheControl)
{
    /// <summary>The value of Content-Type; no charset is added (H-FILE-26).</summary>
    public ReadOnlyMemory<byte> Text { get; } = Bytes.Of(type.ToString());

    /// <summary>The value of Cache-Control; empty for no such field.</summary>
    public ReadOnlyMemory<byte> CacheControl { get; } = cacheControl is null ? default(ReadOnlyMemory<byte>) : Bytes.Of(cacheControl);
}
