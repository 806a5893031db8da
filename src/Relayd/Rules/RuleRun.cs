using System;
using System.Buffers.Text;

using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>What the actions of rules act with, once all rules were asked (R-FILTER-25): they see what those before them did.</summary>
/// <param name="log">Takes what is logged.</param>
internal sealed class RuleRun(RuleLog log)
{
    // A host has at most 255 bytes, an address SocketAddress.LongestText.
    private const int LongestMacro = 256;

    private byte[] _value = new byte[256];
    private byte[] _target = new byte[256];

    public RuleLog Log => log;

    public Direction Direction { get; private set; }

    /// <summary>What is changed.</summary>
    public HeadChanges Changes => Message.Changes;

    /// <summary>As it came.</summary>
    public MessageHead Head => Message.Head;

    /// <summary>The same; only parts of requests ask.</summary>
    public RequestHead Request => Message.Request!;

    /// <summary>The message; only who found a cookie asks for more fields of cookies.</summary>
    public MessageView Message { get; private set; } = null!;

    /// <summary>Whose message it is.</summary>
    public RuleSubject Subject { get; private set; } = null!;

    /// <summary>Takes a message up.</summary>
    public void Begin(Direction direction, MessageView message, RuleSubject subject)
    {
        (Direction, Message, Subject) = (direction, message, subject);
        log.Begin(direction, subject.Label);
    }

    /// <summary>Lets a value take part in the choice of the host (R-FILTER-63); of requests only.</summary>
    public void Hash(ReadOnlySpan<byte> value)
    {
        if (Direction == Direction.Request)
        {
            Subject.Hash(value);
        }
    }

    /// <summary>Puts a value together.</summary>
    /// <returns>Valid until the next one.</returns>
    public ReadOnlySpan<byte> Fill(NewValue value)
    {
        int length = Fill(value, ref _value, end: 0);
        return _value.AsSpan(0, length);
    }

    /// <summary>Room in which a value is put together from another one.</summary>
    /// <param name="length">Its bytes.</param>
    public Span<byte> Scratch(int length) => Room(ref _target, 0, length);

    /// <summary>Gives the request another path. A target that is no path keeps being none.</summary>
    /// <param name="beginning">What it begins with.</param>
    /// <param name="rest">What follows; null for nothing.</param>
    public void SetPath(ReadOnlySpan<byte> beginning, NewValue? rest)
    {
        if (Request.TargetForm == TargetForm.Authority)
        {
            return;
        }

        const int Slash = 1;
        _ = Room(ref _target, 0, Slash + beginning.Length);
        _target[0] = (byte)'/';
        beginning.CopyTo(_target.AsSpan(Slash));
        int end = Slash + beginning.Length;
        end = rest is null ? end : Fill(rest, ref _target, end);
        bool isPath = end > Slash && _target[Slash] == (byte)'/';
        Changes.SetPath(_target.AsSpan((isPath ? Slash : 0)..end));
    }

    /// <summary>Takes leading parts off the path.</summary>
    public void StripPath(int parts)
    {
        ReadOnlySpan<byte> path = Changes.Path;
        ReadOnlySpan<byte> rest = PathStrip.Of(path, parts);
        if (rest.Length != path.Length && Request.TargetForm != TargetForm.Authority)
        {
            Changes.SetPath(rest);
        }
    }

    /// <summary>The target as it is now, before the query.</summary>
    /// <returns>Valid until the next one.</returns>
    public ReadOnlySpan<byte> Target()
    {
        if (!Changes.HasPath || Request.TargetForm != TargetForm.Absolute)
        {
            return Changes.HasPath ? Changes.Path : Message.Path;
        }

        int query = Request.HasQuery ? Request.Query.Length + 1 : 0;
        int length = Changes.WriteTarget(Room(ref _target, 0, Changes.MostTargetBytes));
        return _target.AsSpan(0, length - query);
    }

    /// <summary>The URL as it is now, without the query: host and path.</summary>
    /// <returns>Valid until the next one.</returns>
    public ReadOnlySpan<byte> Url()
    {
        ReadOnlySpan<byte> host = Message.Url.Host;
        ReadOnlySpan<byte> path = Changes.Path;
        Span<byte> url = Room(ref _target, 0, host.Length + path.Length);
        host.CopyTo(url);
        path.CopyTo(url[host.Length..]);
        return url[..(host.Length + path.Length)];
    }

    /// <summary>Logs the path, and the query behind it.</summary>
    public void LogTarget() => log.Add(Target(), Request.Query);

    /// <summary>Logs the URL, and the query behind it.</summary>
    public void LogUrl() => log.Add(Url(), Request.Query);

    private static Span<byte> Room(ref byte[] buffer, int used, int more)
    {
        if (buffer.Length < used + more)
        {
            Array.Resize(ref buffer, int.Max(used + more, 2 * buffer.Length));
        }

        return buffer.AsSpan(used);
    }

    private int Fill(NewValue value, ref byte[] buffer, int end)
    {
        foreach (ValuePiece piece in value.Pieces)
        {
            if (piece.Macro is { } macro)
            {
                end += Write(macro, Room(ref buffer, end, LongestMacro));
                continue;
            }

            piece.Text.CopyTo(Room(ref buffer, end, piece.Text.Length));
            end += piece.Text.Length;
        }

        return end;
    }

    private int Write(ValueMacro macro, Span<byte> destination)
    {
        SocketAddress peer = Direction == Direction.Request ? Subject.Client : Subject.Host;
        SocketAddress listen = Subject.Relay.Listen;
        return macro switch
        {
            ValueMacro.Host => WriteHost(listen, destination),
            ValueMacro.RemoteAddress => peer.WriteHost(destination),
            ValueMacro.RemotePort => WriteNumber(peer.Port, destination),
            ValueMacro.ServerAddress => listen.WriteHost(destination),
            ValueMacro.ServerPort => WriteNumber(listen.Port, destination),
            ValueMacro.ServerName => Copy("relayd"u8, destination),
            _ => WriteNumber(Subject.Relay.TimeoutSeconds, destination),
        };
    }

    private int WriteHost(in SocketAddress listen, Span<byte> destination)
    {
        ReadOnlySpan<byte> host = default;
        if (Message.Request is { } request)
        {
            int field = FieldOf(KnownField.Host);
            bool isChanged = field != MessageView.NoField && !Changes.Value(field).SequenceEqual(request.Value(KnownField.Host));
            host = isChanged ? Changes.Value(field) : request.HostText;
        }

        return host.IsEmpty || host.Length > LongestMacro ? listen.WriteHost(destination) : Copy(host, destination);
    }

    private int FieldOf(KnownField kind)
    {
        for (int field = 0; field < Head.FieldCount && Head.Has(kind); field++)
        {
            if (Head.FieldKind(field) == kind)
            {
                return field;
            }
        }

        return MessageView.NoField;
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }

    private static int WriteNumber(int number, Span<byte> destination) => Utf8Formatter.TryFormat(number, destination, out int written) ? written : 0;
}
