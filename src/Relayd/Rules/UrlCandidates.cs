using System;
using System.Text;

using Sluice.Engine.Io;
using Sluice.Engine.Tls;
using Sluice.Http.Codec;

namespace Sluice.Relayd.Rules;

/// <summary>
/// The forms in which a URL is looked up (R-FILTER-50): the host and up to four shorter names of it, with the whole path and query, the path, and its first
/// directories. Made at most once a message. All of them are slices of one text, since a shorter name ends where the path begins.
/// </summary>
internal sealed class UrlCandidates(UrlDigests digests)
{
    /// <summary>Bytes of the longest digest in hexadecimal digits.</summary>
    public const int MostDigestBytes = 2 * ContentDigest.MostBytes;

    private const int MostHosts = 5;
    private const int MostPaths = 6;
    private const int Directories = 3;
    private const int LongestHost = 255;

    private readonly int[] _hosts = new int[MostHosts]; // where each form of the host begins
    private readonly int[] _paths = new int[MostPaths]; // where each form of the path ends
    private int _hostCount;
    private int _pathCount;
    private byte[] _text = new byte[1024]; // host, path and query
    private byte[] _folded = new byte[1024]; // the same in lower case
    private int _hostLength;

    /// <summary>How many there are.</summary>
    public int Count => _hostCount * _pathCount;

    /// <summary>The host in its canonical form; empty where the message has an empty one.</summary>
    public ReadOnlySpan<byte> Host => _text.AsSpan(0, _hostLength);

    /// <summary>Makes the candidates of a request.</summary>
    /// <param name="head">Has a host.</param>
    public void Make(RequestHead head)
    {
        ReadOnlySpan<byte> path = head.TargetForm is TargetForm.Origin or TargetForm.Absolute ? head.Path : "/"u8;
        ReadOnlySpan<byte> query = head.HasQuery ? head.Query : default;
        int most = LongestHost + path.Length + 1 + query.Length;
        if (_text.Length < most)
        {
            _text = new byte[most];
            _folded = new byte[most];
        }

        _hostLength = Canonical(head.HostText, _text);
        if (_hostLength == 0)
        {
            (_hostCount, _pathCount) = (0, 0);
            return;
        }

        path.CopyTo(_text.AsSpan(_hostLength));
        int end = _hostLength + path.Length;
        FindHosts(_text.AsSpan(0, _hostLength));
        _pathCount = 0;
        if (head.HasQuery)
        {
            _text[end] = (byte)'?';
            query.CopyTo(_text.AsSpan(end + 1));
            AddPath(end + 1 + query.Length);
        }

        FindPaths(path);
        int length = _paths[0];
        Folding.Lower(_text.AsSpan(0, length), _folded);
    }

    /// <summary>A candidate: the host in lower case, the rest as it was sent.</summary>
    public ReadOnlySpan<byte> Text(int candidate) => _text.AsSpan(RangeOf(candidate));

    /// <summary>A candidate in lower case.</summary>
    public ReadOnlySpan<byte> Folded(int candidate) => _folded.AsSpan(RangeOf(candidate));

    /// <summary>The digest of a candidate, in lower-case hexadecimal digits.</summary>
    /// <param name="candidate">Which.</param>
    /// <param name="kind">Which digest.</param>
    /// <param name="hex">Room for <see cref="MostDigestBytes"/>.</param>
    /// <returns>How many bytes it has.</returns>
    public int WriteDigest(int candidate, DigestKind kind, Span<byte> hex) => digests.Write(kind, Text(candidate), hex);

    /// <summary>Writes a host as it is looked up: an address in its usual form, a name in lower case, without repeated dots and one at the end; a port stays.</summary>
    private static int Canonical(ReadOnlySpan<byte> host, Span<byte> destination)
    {
        Span<byte> address = stackalloc byte[IpText.MostBytes];
        bool hasBrackets = host.StartsWith((byte)'[') && host.EndsWith((byte)']');
        int bytes = IpText.Parse(hasBrackets ? host[1..^1] : host, address);
        if (bytes > 0)
        {
            Span<byte> text = stackalloc byte[SocketAddress.LongestText];
            int length = SocketAddress.FromIp(address[..bytes], port: 0).WriteHost(text);
            int start = hasBrackets ? 1 : 0;
            text[..length].CopyTo(destination[start..]);
            if (hasBrackets)
            {
                destination[0] = (byte)'[';
                destination[start + length] = (byte)']';
            }

            return length + (2 * start);
        }

        int written = 0;
        for (int i = 0; i < host.Length; i++)
        {
            bool isExtra = host[i] == (byte)'.' && (i + 1 == host.Length || host[i + 1] == (byte)'.');
            if (!isExtra)
            {
                destination[written++] = host[i];
            }
        }

        _ = Ascii.ToLowerInPlace(destination[..written], out _);
        return written;
    }

    // Of long names: the whole, and the last five, four, three and two labels.
    private void FindHosts(ReadOnlySpan<byte> host)
    {
        Span<int> labels = stackalloc int[MostHosts]; // where the last labels begin, the last one first
        int count = 0;
        _hosts[0] = 0;
        _hostCount = 1;
        Span<byte> address = stackalloc byte[IpText.MostBytes];
        if (host[0] == (byte)'[' || IpText.Parse(host, address) > 0)
        {
            return;
        }

        for (int at = host.Length - 1; at > 0 && count < labels.Length; at--)
        {
            if (host[at - 1] == (byte)'.')
            {
                labels[count++] = at;
            }
        }

        for (int label = count - 1; label > 0 && _hostCount < MostHosts; label--)
        {
            _hosts[_hostCount++] = labels[label];
        }
    }

    private void FindPaths(ReadOnlySpan<byte> path)
    {
        AddPath(_hostLength + path.Length);
        AddPath(_hostLength + 1);
        int slash = 0;
        for (int directory = 0; directory < Directories; directory++)
        {
            int next = path[(slash + 1)..].IndexOf((byte)'/');
            if (next < 0)
            {
                return;
            }

            slash += 1 + next;
            AddPath(_hostLength + slash + 1);
        }
    }

    private void AddPath(int end)
    {
        if (!_paths.AsSpan(0, _pathCount).Contains(end))
        {
            _paths[_pathCount++] = end;
        }
    }

    private Range RangeOf(int candidate) => _hosts[candidate / _pathCount].._paths[candidate % _pathCount];
}
