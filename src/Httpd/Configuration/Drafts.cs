using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Http.Logging;

namespace Sluice.Httpd.Configuration;

/// <summary>A setting that a block makes, cancels or leaves to the block around it.</summary>
/// <typeparam name="T">What it is set to.</typeparam>
/// <param name="IsMade">Whether the block says anything.</param>
/// <param name="Value">What it says; null for <c>no</c>.</param>
internal readonly record struct Choice<T>(bool IsMade, T? Value)
    where T : class
{
    public static Choice<T> No { get; } = new(IsMade: true, Value: null);

    public static Choice<T> Of(T value) => new(IsMade: true, value);

    public T? Or(T? inherited) => IsMade ? Value : inherited;
}

/// <summary>The options of one block as they were written; nothing is inherited yet.</summary>
internal sealed class SettingsDraft
{
    public string? Root { get; set; }

    public int Strip { get; set; }

    public Choice<string> Rewrite { get; set; }

    public Sequence<string>? Index { get; set; }

    public bool? AutoIndex { get; set; }

    public Choice<FastCgi> FastCgi { get; set; }

    public bool? IsLogged { get; set; }

    public LogStyle? LogStyle { get; set; }

    public bool? Syslog { get; set; }

    public string? AccessLog { get; set; }

    public string? ErrorLog { get; set; }

    public Choice<Authentication> Authentication { get; set; }

    public Choice<Block> Block { get; set; }

    public MediaType? DefaultType { get; set; }

    public bool? GzipStatic { get; set; }

    public List<HeaderRule> Headers { get; } = [];

    public Choice<BlockNotice> NotifyOnBlock { get; set; }

    public bool? PassChunked { get; set; }

    /// <summary>The complete settings: what is written here, and the rest from around. The one place that inherits.</summary>
    /// <param name="around">The server's settings for a location, the defaults for a server.</param>
    public Settings Resolve(Settings around)
    {
        // A block that says "no index" displays and generates none, whatever else it says or inherits.
        bool hasNoIndex = Index is { Count: 0 };
        return new Settings
        {
            Root = Root ?? around.Root,
            Strip = Strip,
            Rewrite = Rewrite.Or(around.Rewrite),
            Index = Index ?? around.Index,
            AutoIndex = !hasNoIndex && (AutoIndex ?? around.AutoIndex),
            FastCgi = FastCgi.Or(around.FastCgi),
            Log = ResolveLog(around.Log),
            Authentication = Authentication.Or(around.Authentication),
            Block = Block.Or(around.Block),
            DefaultType = DefaultType ?? around.DefaultType,
            GzipStatic = GzipStatic ?? around.GzipStatic,
            Headers = ResolveHeaders(around.Headers),
            NotifyOnBlock = NotifyOnBlock.Or(around.NotifyOnBlock),
            PassChunked = PassChunked ?? around.PassChunked,
        };
    }

    private LogSettings ResolveLog(LogSettings around)
    {
        LogSettings log = new()
        {
            IsOn = IsLogged ?? around.IsOn,
            Style = LogStyle ?? around.Style,
            Syslog = Syslog ?? around.Syslog,
            Access = AccessLog ?? around.Access,
            Error = ErrorLog ?? around.Error,
        };
        return log == around ? around : log;
    }

    /// <summary>A block's rules replace those around it for the names that it mentions (H-HTTP-52).</summary>
    private Sequence<HeaderRule> ResolveHeaders(Sequence<HeaderRule> around)
    {
        if (Headers.Count == 0)
        {
            return around;
        }

        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        List<HeaderRule> rules = [.. Headers];
        foreach (HeaderRule rule in Headers)
        {
            _ = names.Add(rule.Name);
        }

        foreach (HeaderRule rule in around)
        {
            if (!names.Contains(rule.Name))
            {
                rules.Add(rule);
            }
        }

        return [.. rules];
    }
}

/// <summary>A location as it was written.</summary>
internal sealed class LocationDraft
{
    /// <summary>One or, from a list in braces, several paths.</summary>
    public List<string> Paths { get; } = [];

    public NameKind Kind { get; set; }

    public Existence Existence { get; set; }

    public ClientFilter? From { get; set; }

    public SettingsDraft Settings { get; } = new();
}

/// <summary>A server as it was written.</summary>
internal sealed class ServerDraft
{
    public ServerName Name { get; set; } = new("");

    public List<ServerName> Aliases { get; } = [];

    public List<ListenAddress> Listens { get; } = [];

    public SettingsDraft Settings { get; } = new();

    public List<LocationDraft> Locations { get; } = [];

    /// <summary>What tells the locations of a server apart; whether one is a pattern does not (H-CONF-38).</summary>
    public HashSet<(string Path, Existence Existence, ClientFilter? From)> LocationKeys { get; } = [];

    public string? ErrorDocuments { get; set; }

    public bool Banner { get; set; }

    public ConnectionLimits Limits { get; set; } = ConnectionLimits.Default;

    public TcpOptions Tcp { get; set; } = TcpOptions.None;

    public Hsts? Hsts { get; set; }

    public ServerTls Tls { get; set; } = new();

    /// <summary>Where the block ends: what concerns it as a whole is reported there.</summary>
    public Position End { get; set; }

    public bool HasTls => Listens.Exists(listen => listen.Tls);

    /// <summary>The finished record.</summary>
    /// <param name="defaultType">The global default type.</param>
    public Server Resolve(MediaType defaultType)
    {
        Settings settings = Settings.Resolve(new Settings { DefaultType = defaultType });
        List<Location> locations = new(Locations.Count);
        foreach (LocationDraft draft in Locations)
        {
            Settings own = draft.Settings.Resolve(settings);
            foreach (string path in draft.Paths)
            {
                locations.Add(new Location { Path = path, Kind = draft.Kind, Existence = draft.Existence, From = draft.From, Settings = own });
            }
        }

        return new Server
        {
            Name = Name,
            Aliases = [.. Aliases],
            Listens = [.. Listens],
            Settings = settings,
            Locations = [.. locations],
            ErrorDocuments = ErrorDocuments,
            Banner = Banner,
            Limits = Limits,
            Tcp = Tcp,
            Hsts = Hsts,
            Tls = HasTls ? Tls : null,
        };
    }
}
