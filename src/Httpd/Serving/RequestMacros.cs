using System;
using System.Buffers;
using System.Buffers.Text;

using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Http.Text;

namespace Sluice.Httpd.Serving;

/// <summary>What the current request has for the macros of redirects, rewrites and notices. One a process, used again.</summary>
internal sealed class RequestMacros(CaptureSlot captures) : MacroValues
{
    private const int HttpPort = 80;

    private readonly byte[] _text = new byte[SocketAddress.LongestText];
    private Exchange _exchange = null!;
    private ServedHost _host = null!;
    private HostChoice _choice;
    private int _status;
    private ReadOnlyMemory<byte> _target;

    /// <summary>The decoded canonical path that was asked for.</summary>
    public ReadOnlyMemory<byte> Path { get; set; }

    /// <summary>The path that the captures are of.</summary>
    public ReadOnlyMemory<byte> CapturedPath { get; set; }

    /// <inheritdoc/>
    public override LuaCaptures Captures => captures.Captures;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> CaptureSubject => CapturedPath.Span;

    /// <inheritdoc/>
    public override bool HasQuery => _exchange.Head.HasQuery;

    /// <summary>Begins with a request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="host">Who serves it.</param>
    /// <param name="choice">Why it is that host.</param>
    public void Begin(Exchange exchange, ServedHost host, HostChoice choice)
    {
        _exchange = exchange;
        _host = host;
        _choice = choice;
        captures.Clear();
    }

    /// <summary>The request is answered: for templates that tell how.</summary>
    /// <param name="status">0 for no answer.</param>
    /// <param name="target">Where the answer sends the client; empty where it does not.</param>
    public void Answered(int status, ReadOnlyMemory<byte> target)
    {
        _status = status;
        _target = target;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Of(Macro macro) => macro switch
    {
        Macro.DocumentUri => Path.Span,
        Macro.HttpHost => _choice == HostChoice.Named ? _exchange.Head.HostText : LocalHost(),
        Macro.QueryString => _exchange.Head.Query,
        Macro.RemoteAddress => _text.AsSpan(0, _exchange.Peer.Client.WriteHost(_text)),
        Macro.RemotePort => Number(_exchange.Peer.Client.Port),
        Macro.RemoteUser => _exchange.RemoteUser.Span,
        Macro.RequestScheme => _host.Server.Scheme == UriScheme.Https ? "https"u8 : "http"u8,
        Macro.ServerAddress => _host.Address,
        Macro.ServerName => _host.Name.Span,
        Macro.ServerPort => _host.Port,
        Macro.Referrer => _exchange.Head.Value(KnownField.Referer),
        Macro.UserAgent => _exchange.Head.Value(KnownField.UserAgent),
        Macro.RequestMethod => _exchange.Head.MethodText,
        Macro.ResponseCode => Status(),
        Macro.ResponseUri => _target.Span,
        _ => throw new ArgumentOutOfRangeException(nameof(macro)),
    };

    /// <summary>This end's address, with its port unless it is 80; an IPv6 address in brackets, as a URI needs it (H-LOC-42).</summary>
    private ReadOnlySpan<byte> LocalHost()
    {
        SocketAddress local = _exchange.Local;
        int length = local.Write(_text);
        if (local.Port != HttpPort)
        {
            return _text.AsSpan(0, length);
        }

        return _text.AsSpan(0, _text.AsSpan(0, length).LastIndexOf((byte)':'));
    }

    /// <summary>Three digits, also of 0.</summary>
    private ReadOnlySpan<byte> Status()
    {
        Utf8Formatter.TryFormat(_status, _text, out int length, new StandardFormat('D', 3));
        return _text.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> Number(int number)
    {
        Utf8Formatter.TryFormat(number, _text, out int length);
        return _text.AsSpan(0, length);
    }
}
