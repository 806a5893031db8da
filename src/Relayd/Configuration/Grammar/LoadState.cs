using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>What the productions of one load share.</summary>
internal sealed class LoadState(TokenReader reader, Macros macros, IHostFacts host, IRelayTlsFiles tlsFiles, Diagnostics diagnostics)
{
    public TokenReader Reader { get; } = reader;

    public Macros Macros { get; } = macros;

    public IHostFacts Host { get; } = host;

    public IRelayTlsFiles TlsFiles { get; } = tlsFiles;

    public Diagnostics Diagnostics { get; } = diagnostics;

    public GlobalOptions Global { get; } = new();

    public List<Prefix> TrustedProxies { get; } = [];

    /// <summary>Where a listener first asks for PROXY headers; null where none does.</summary>
    public Position? ProxyListener { get; set; }

    public Tables Tables { get; } = new();

    public List<Redirect> Redirects { get; } = [];

    public PacketMarks PacketMarks { get; } = new();

    public List<ProtocolDraft> Protocols { get; } = [];

    public List<Relay> Relays { get; } = [];

    public List<Router> Routers { get; } = [];

    public NumberedNames Tags { get; } = new();

    public NumberedNames Labels { get; } = new();

    /// <summary>How many routes the routers have so far.</summary>
    public int RouteCount { get; set; }

    /// <summary>Whether a section has begun, well-formed or not: it decides about late globals.</summary>
    public bool HasSection { get; set; }
}

/// <summary>The marks of tags for the packet filter: those that are written, and numbers in the order of the file for others.</summary>
internal sealed class PacketMarks
{
    private readonly Dictionary<string, PacketMark> _marks = new(StringComparer.Ordinal);

    /// <summary>How many have a number.</summary>
    public int Numbers { get; private set; }

    /// <summary>The mark of a tag: the one that it has, the one that is written, or the next number.</summary>
    public PacketMark Of(string tag, PacketMark? own)
    {
        if (!_marks.TryGetValue(tag, out PacketMark mark))
        {
            mark = own ?? PacketMark.Numbered(++Numbers);
            _marks.Add(tag, mark);
        }

        return mark;
    }
}

/// <summary>Names that get numbers from 1 in the order in which they are first named.</summary>
internal sealed class NumberedNames
{
    private readonly List<string> _names = [];

    public IReadOnlyList<string> All => _names;

    /// <summary>The number of a name, a new one where it has none.</summary>
    public int Number(string name)
    {
        int index = _names.IndexOf(name);
        if (index >= 0)
        {
            return index + 1;
        }

        _names.Add(name);
        return _names.Count;
    }
}
