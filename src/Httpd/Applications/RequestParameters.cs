using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Text;

using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Http.FastCgi;
using Sluice.Http.Messages;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Applications;

/// <summary>The parameters of a request, in the order in which upstream's httpd sends them (H-FCGI-14 to H-FCGI-33). One a process.</summary>
/// <param name="files">Says where the script ends in a path.</param>
internal sealed class RequestParameters(FileCache files)
{
    private const int AddedPrefix = 5;

    /// <summary>Bytes of a field's name that stay as they are (H-FCGI-22); letters become capitals, and all others underscores.</summary>
    private static readonly SearchValues<byte> _kept = SearchValues.Create("!#$%&'*+.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private readonly ScriptPath _scripts = new(files);
    private readonly byte[] _text = new byte[SocketAddress.LongestText];
    private readonly byte[] _scriptName = new byte[2 * FilePath.MostBytes];
    private int[] _order = new int[32];

    /// <summary>Writes all but the length of a chunked body, which is not known yet; the parameters are not ended.</summary>
    /// <param name="writer">A request was begun in it.</param>
    /// <param name="exchange">The request.</param>
    /// <param name="place">Where it is served.</param>
    /// <param name="host">Who is asked.</param>
    /// <param name="path">The canonical path, after a rewrite and with the name of an index file.</param>
    /// <param name="query">The query after a rewrite.</param>
    public void Write(RequestWriter writer, Exchange exchange, Place place, ServedHost host, ReadOnlySpan<byte> path, ReadOnlySpan<byte> query)
    {
        Application application = place.Application!;
        RequestHead head = exchange.Head;
        WriteScript(writer, application, place, path);
        writer.Add("QUERY_STRING"u8, query);
        writer.Add("DOCUMENT_ROOT"u8, PathComponents.Strip(place.Root.Span, application.Strip));
        writer.Add("DOCUMENT_URI"u8, path);
        writer.Add("GATEWAY_INTERFACE"u8, "CGI/1.1"u8);
        bool isAuthenticated = place.Settings.Authentication is not null;
        if (isAuthenticated)
        {
            writer.Add("REMOTE_USER"u8, exchange.RemoteUser.Span);
        }

        WriteFields(writer, head, isAuthenticated ? AuthorizationUse.Hidden : AuthorizationUse.Shown);
        if (place.Scheme == UriScheme.Https)
        {
            writer.Add("HTTPS"u8, "on"u8);
        }

        if (!place.PeerVerification.IsEmpty)
        {
            writer.Add("TLS_PEER_VERIFY"u8, place.PeerVerification.Span);
        }

        foreach ((byte[] name, byte[] value) in application.Parameters)
        {
            writer.Add(name, value);
        }

        SocketAddress client = exchange.Peer.Client;
        writer.Add("REMOTE_ADDR"u8, _text.AsSpan(0, client.WriteHost(_text)));
        writer.Add("REMOTE_PORT"u8, Number(client.Port));
        writer.Add("REQUEST_METHOD"u8, head.MethodText);
        WriteTarget(writer, head);
        SocketAddress local = exchange.Local;
        writer.Add("SERVER_ADDR"u8, _text.AsSpan(0, local.WriteHost(_text)));
        writer.Add("SERVER_PORT"u8, Number(local.Port));
        writer.Add("SERVER_NAME"u8, host.Name.Span);
        writer.Add("SERVER_PROTOCOL"u8, head.VersionText);
        writer.Add("SERVER_SOFTWARE"u8, Place.Banner);
    }

    /// <summary>Writes the length of a body that came in chunks (D-27).</summary>
    public void WriteLength(RequestWriter writer, long length)
    {
        Utf8Formatter.TryFormat(length, _text, out int digits);
        writer.Add("CONTENT_LENGTH"u8, _text.AsSpan(0, digits));
    }

    // As received; of a target with a host, the part behind it.
    private static void WriteTarget(RequestWriter writer, RequestHead head)
    {
        if (head.TargetForm != TargetForm.Absolute)
        {
            writer.Add("REQUEST_URI"u8, head.Target);
        }
        else if (!head.HasQuery)
        {
            writer.Add("REQUEST_URI"u8, head.Path);
        }
        else if (writer.TryAdd("REQUEST_URI".Length, head.Path.Length + 1 + head.Query.Length, out Span<byte> name, out Span<byte> value))
        {
            "REQUEST_URI"u8.CopyTo(name);
            head.Path.CopyTo(value);
            value[head.Path.Length] = (byte)'?';
            head.Query.CopyTo(value[(head.Path.Length + 1)..]);
        }
    }

    private void WriteScript(RequestWriter writer, Application application, Place place, ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> root = place.Root.Span;
        ReadOnlySpan<byte> script;
        ReadOnlySpan<byte> prefix = default;
        ReadOnlySpan<byte> information;
        if (application.Script is { } fixedScript)
        {
            script = fixedScript;
            information = path;
        }
        else
        {
            // What request strip takes off is a part of the script's name all the same (H-FCGI-36).
            ReadOnlySpan<byte> stripped = PathComponents.Strip(path, place.Settings.Strip);
            prefix = path[..(path.Length - stripped.Length)];
            int length = _scripts.LengthOf(root, stripped);
            script = stripped[..length];
            information = stripped[length..];
        }

        writer.Add("PATH_INFO"u8, information);
        prefix.CopyTo(_scriptName);
        script.CopyTo(_scriptName.AsSpan(prefix.Length));
        writer.Add("SCRIPT_NAME"u8, _scriptName.AsSpan(0, prefix.Length + script.Length));
        root.CopyTo(_scriptName);
        script.CopyTo(_scriptName.AsSpan(root.Length));
        writer.Add("SCRIPT_FILENAME"u8, PathComponents.Strip(_scriptName.AsSpan(0, root.Length + script.Length), application.Strip));
    }

    // By name, those of one name in their order. Chunks are taken off, so the application must not look for them.
    private void WriteFields(RequestWriter writer, RequestHead head, AuthorizationUse authorization)
    {
        if (_order.Length < head.FieldCount)
        {
            _order = new int[head.FieldCount];
        }

        Span<int> order = _order.AsSpan(0, head.FieldCount);
        for (int index = 0; index < order.Length; index++)
        {
            order[index] = index;
        }

        order.Sort(new ByName(head));
        foreach (int index in order)
        {
            switch (head.FieldKind(index))
            {
                case KnownField.ContentLength:
                    writer.Add("CONTENT_LENGTH"u8, head.FieldValue(index));
                    break;
                case KnownField.ContentType:
                    writer.Add("CONTENT_TYPE"u8, head.FieldValue(index));
                    break;
                case KnownField.TransferEncoding:
                    break;
                case KnownField.Authorization when authorization == AuthorizationUse.Hidden:
                    writer.Add("HTTP_AUTHORIZATION"u8, default);
                    break;
                default:
                    WriteField(writer, head, index);
                    break;
            }
        }
    }

    private static void WriteField(RequestWriter writer, RequestHead head, int index)
    {
        ReadOnlySpan<byte> name = head.FieldName(index);

        // HTTP_PROXY would be taken for the address of a proxy by many programs (D-36).
        if (Ascii.EqualsIgnoreCase(name, "Proxy"u8) || IsDisguised(head, name))
        {
            return;
        }

        ReadOnlySpan<byte> value = head.FieldValue(index);
        if (!writer.TryAdd(AddedPrefix + name.Length, value.Length, out Span<byte> nameRoom, out Span<byte> valueRoom))
        {
            return;
        }

        value.CopyTo(valueRoom);
        "HTTP_"u8.CopyTo(nameRoom);
        WriteName(name, nameRoom[AddedPrefix..]);
    }

    // X_Forwarded_For would become the same parameter as X-Forwarded-For, and pass for what a proxy before us said. Transfer_Encoding never had the meaning
    // that an application would see in it.
    private static bool IsDisguised(RequestHead head, ReadOnlySpan<byte> name)
    {
        if (!name.Contains((byte)'_'))
        {
            return false;
        }

        ReadOnlySpan<byte> coding = "Transfer-Encoding"u8;
        if (name.Length == coding.Length && AreSameParameter(name, coding))
        {
            return true;
        }

        for (int index = 0; index < head.FieldCount; index++)
        {
            ReadOnlySpan<byte> other = head.FieldName(index);
            if (other.Length == name.Length && !other.Contains((byte)'_') && AreSameParameter(name, other))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreSameParameter(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other)
    {
        for (int index = 0; index < name.Length; index++)
        {
            if (Mapped(name[index]) != Mapped(other[index]))
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteName(ReadOnlySpan<byte> name, Span<byte> destination)
    {
        for (int index = 0; index < name.Length; index++)
        {
            destination[index] = Mapped(name[index]);
        }
    }

    private static byte Mapped(byte value) =>
        !_kept.Contains(value) ? (byte)'_' : char.IsAsciiLetterLower((char)value) ? (byte)(value & ~0x20) : value;

    private ReadOnlySpan<byte> Number(int number)
    {
        Utf8Formatter.TryFormat(number, _text, out int length);
        return _text.AsSpan(0, length);
    }

    private enum AuthorizationUse
    {
        Shown,

        // It was for this server, and is nobody else's concern (H-FCGI-23).
        Hidden,
    }

    private readonly struct ByName(RequestHead head) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            ReadOnlySpan<byte> left = head.FieldName(x);
            ReadOnlySpan<byte> right = head.FieldName(y);
            int length = int.Min(left.Length, right.Length);
            for (int index = 0; index < length; index++)
            {
                int difference = (left[index] | 0x20) - (right[index] | 0x20);
                if (difference != 0)
                {
                    return difference;
                }
            }

            return left.Length != right.Length ? left.Length - right.Length : x - y;
        }
    }
}
