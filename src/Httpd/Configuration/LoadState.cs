using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>What the productions of one load share.</summary>
internal sealed class LoadState(TokenReader reader, Macros macros, IHostFacts host, ITlsFiles tlsFiles, Diagnostics diagnostics)
{
    public TokenReader Reader { get; } = reader;

    public Macros Macros { get; } = macros;

    public IHostFacts Host { get; } = host;

    public ITlsFiles TlsFiles { get; } = tlsFiles;

    public Diagnostics Diagnostics { get; } = diagnostics;

    public ServerChecks Checks { get; } = new();

    public List<ServerDraft> Servers { get; } = [];

    public List<MediaTypeLine> MediaTypes { get; } = [];

    public List<Prefix> TrustedProxies { get; } = [];

    public int? Prefork { get; set; }

    public string? Chroot { get; set; }

    public string? LogDirectory { get; set; }

    public string? ErrorDocuments { get; set; }

    public bool Banner { get; set; } = true;

    public MediaType? DefaultType { get; set; }

    /// <summary>Which directives the text uses, each with the place of its first use.</summary>
    public Dictionary<string, Position> Uses { get; } = new(System.StringComparer.Ordinal);

    /// <summary>Whether a <c>server</c> block has begun, well-formed or not: it decides about late globals.</summary>
    public bool HasServer { get; set; }

    /// <summary>Remembers the first use of a directive.</summary>
    /// <param name="directive">Its words.</param>
    /// <param name="position">Where.</param>
    public void Note(string directive, Position position) => _ = Uses.TryAdd(directive, position);
}
