using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>
/// httpd.conf(5) as it was understood: every default applied, every value inherited, names and interfaces turned into
/// addresses. Each character of a string is one byte of the file (Latin-1): see <see cref="Bytes"/>.
/// </summary>
internal sealed record HttpdConfiguration
{
    /// <summary>How many server processes run, 1 to 32.</summary>
    public int Prefork { get; init; } = 3;

    /// <summary>Directory that servers and logger are confined to.</summary>
    public required string Chroot { get; init; }

    /// <summary>Directory of the log files, outside the chroot's view.</summary>
    public required string LogDirectory { get; init; }

    /// <summary>The global <c>errdocs</c>; each server holds its own, resolved.</summary>
    public string? ErrorDocuments { get; init; }

    /// <summary>Whether the program names itself; each server holds its own, resolved.</summary>
    public bool Banner { get; init; } = true;

    /// <summary>Type of files whose extension is not in <see cref="MediaTypes"/>; settings hold their own, resolved.</summary>
    public MediaType DefaultType { get; init; } = MediaType.OctetStream;

    /// <summary>Types by extension, in the file's order: a later line wins.</summary>
    public Sequence<MediaTypeLine> MediaTypes { get; init; } = MediaTypeLine.BuiltIn;

    /// <summary>Whose PROXY header and X-Forwarded-For are believed (D-31).</summary>
    public Sequence<Prefix> TrustedProxies { get; init; }

    /// <summary>The servers in the file's order; see <see cref="VirtualHost.Expand"/> for the order of the hosts.</summary>
    public required Sequence<Server> Servers { get; init; }

    /// <summary>All settings that a request can be served by: of each server, then of its locations in order.</summary>
    public IEnumerable<Settings> AllSettings()
    {
        for (int server = 0; server < Servers.Count; server++)
        {
            yield return Servers[server].Settings;
            Sequence<Location> locations = Servers[server].Locations;
            for (int location = 0; location < locations.Count; location++)
            {
                yield return locations[location].Settings;
            }
        }
    }
}

/// <summary>A media type as in Content-Type.</summary>
/// <param name="Type">Before the slash.</param>
/// <param name="Subtype">After it.</param>
internal sealed record MediaType(string Type, string Subtype)
{
    public static MediaType OctetStream { get; } = new("application", "octet-stream");

    public override string ToString() => $"{Type}/{Subtype}";
}

/// <summary>One extension of a line of <c>types</c>.</summary>
/// <param name="Extension">Compared without case.</param>
/// <param name="Type">Its type.</param>
/// <param name="CacheControl">Value of Cache-Control for files of that type, null for none.</param>
internal sealed record MediaTypeLine(string Extension, MediaType Type, string? CacheControl = null)
{
    /// <summary>What holds when the file has no <c>types</c> (httpd.conf(5), TYPES).</summary>
    public static Sequence<MediaTypeLine> BuiltIn { get; } =
    [
        new("css", new("text", "css")),
        new("html", new("text", "html")),
        new("txt", new("text", "plain")),
        new("gif", new("image", "gif")),
        new("jpeg", new("image", "jpeg")),
        new("jpg", new("image", "jpeg")),
        new("png", new("image", "png")),
        new("svg", new("image", "svg+xml")),
        new("js", new("application", "javascript")),
    ];
}
