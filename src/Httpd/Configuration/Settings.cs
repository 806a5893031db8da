using System;

using Sluice.Configuration;
using Sluice.Http.Logging;

namespace Sluice.Httpd.Configuration;

/// <summary>What a server or a location does with a request; complete, nothing is left to inherit.</summary>
internal sealed record Settings
{
    /// <summary>Document root inside the chroot.</summary>
    public string Root { get; init; } = "/htdocs";

    /// <summary>Leading path components removed before the lookup (<c>request strip</c>).</summary>
    public int Strip { get; init; }

    /// <summary>Template of the internal rewrite; null for none.</summary>
    public string? Rewrite { get; init; }

    /// <summary>Names tried in a directory, in order; none for <c>no index</c>.</summary>
    public Sequence<string> Index { get; init; } = ["index.html"];

    /// <summary>Whether a directory without an index file is listed.</summary>
    public bool AutoIndex { get; init; }

    /// <summary>The FastCGI application; null where files are served.</summary>
    public FastCgi? FastCgi { get; init; }

    public LogSettings Log { get; init; } = LogSettings.Default;

    /// <summary>Who may come in; null for everybody.</summary>
    public Authentication? Authentication { get; init; }

    /// <summary>The refusal or redirect; null for <c>pass</c>.</summary>
    public Block? Block { get; init; }

    public MediaType DefaultType { get; init; } = MediaType.OctetStream;

    /// <summary>Whether FILE.gz is served in place of FILE.</summary>
    public bool GzipStatic { get; init; }

    /// <summary>Rules in order: a location's own, then those of the server whose name the location does not mention.</summary>
    public Sequence<HeaderRule> Headers { get; init; }

    /// <summary>Whom to tell about a block; null for nobody.</summary>
    public BlockNotice? NotifyOnBlock { get; init; }

    /// <summary>Whether chunked bodies reach FastCGI was asked for; they always do (D-27).</summary>
    public bool PassChunked { get; init; }
}

/// <summary>A FastCGI application.</summary>
internal sealed record FastCgi
{
    /// <summary>Path of a unix socket inside the chroot, used where <see cref="Host"/> is null.</summary>
    public string Socket { get; init; } = "/run/slowcgi.sock";

    /// <summary>Address of an application over TCP; null for a unix socket.</summary>
    public System.Net.IPEndPoint? Host { get; init; }

    /// <summary>Components removed from DOCUMENT_ROOT and SCRIPT_FILENAME.</summary>
    public int Strip { get; init; }

    /// <summary>Own parameters, in order.</summary>
    public Sequence<FastCgiParameter> Parameters { get; init; }

    /// <summary>Whether its errors are answered by our pages.</summary>
    public bool ErrorDocuments { get; init; }

    /// <summary>The script that handles every request; null where the path names it.</summary>
    public string? Script { get; init; }
}

/// <summary>A parameter as the application sees it.</summary>
internal sealed record FastCgiParameter(string Name, string Value);

/// <summary>The <c>log</c> options.</summary>
internal sealed record LogSettings
{
    public static LogSettings Default { get; } = new();

    /// <summary>Whether requests are logged; errors always are.</summary>
    public bool IsOn { get; init; } = true;

    public LogStyle Style { get; init; }

    /// <summary>Whether syslog gets the lines instead of the files.</summary>
    public bool Syslog { get; init; }

    /// <summary>File in the log directory.</summary>
    public string Access { get; init; } = "access.log";

    /// <summary>File in the log directory.</summary>
    public string Error { get; init; } = "error.log";
}

/// <summary>Basic authentication.</summary>
/// <param name="Realm">At most 254 bytes, may be empty.</param>
/// <param name="File">Password file inside the chroot; never served.</param>
internal sealed record Authentication(string Realm, string File);

/// <summary>What a block does.</summary>
internal enum BlockAction
{
    /// <summary>Answers <see cref="Block.Code"/>.</summary>
    Return,

    /// <summary>Closes without an answer.</summary>
    Drop,
}

/// <summary>A refusal or redirect.</summary>
/// <param name="Action">Answer or silence.</param>
/// <param name="Code">Status of the answer.</param>
/// <param name="Uri">Template of Location for a redirect; null for none.</param>
internal sealed record Block(BlockAction Action, int Code = 403, string? Uri = null);

/// <summary>What a header rule does.</summary>
internal enum HeaderAction
{
    Set,
    Add,
    Remove,
}

/// <summary>A rule on the fields of an answer.</summary>
/// <param name="Action">What it does.</param>
/// <param name="Name">A field name.</param>
/// <param name="Value">Empty for remove.</param>
/// <param name="Always">Whether it holds for every status.</param>
internal sealed record HeaderRule(HeaderAction Action, string Name, string Value = "", bool Always = false);

/// <summary><c>notify-on-block</c>: a message to a unix socket.</summary>
/// <param name="Socket">Path inside the chroot.</param>
/// <param name="Message">Template.</param>
/// <param name="Timeout">How long the receiver may take.</param>
internal sealed record BlockNotice(string Socket, string Message, TimeSpan Timeout);
