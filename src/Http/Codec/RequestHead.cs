using System;

namespace Sluice.Http.Codec;

/// <summary>The forms of a request target (RFC 9112 3.2).</summary>
public enum TargetForm
{
    /// <summary><c>/path?query</c>.</summary>
    Origin,

    /// <summary><c>http://authority/path?query</c>; its authority replaces Host (D-23).</summary>
    Absolute,

    /// <summary><c>host:port</c>, of CONNECT only.</summary>
    Authority,

    /// <summary><c>*</c>, of OPTIONS only.</summary>
    Asterisk,
}

/// <summary>The head of a request, filled by <see cref="RequestParser"/>.</summary>
public sealed class RequestHead : MessageHead
{
    /// <summary>The method, <see cref="Method.Unknown"/> for a token that is no known one.</summary>
    public Method Method { get; internal set; }

    /// <summary>The method as sent; empty where parsing failed before its end.</summary>
    public ReadOnlySpan<byte> MethodText => Text(MethodRange);

    /// <summary>The target as sent; empty where parsing failed before its end.</summary>
    public ReadOnlySpan<byte> Target => Text(TargetRange);

    /// <summary>Which form the target has.</summary>
    public TargetForm TargetForm { get; internal set; }

    /// <summary>The path as sent, not decoded, without the query; <c>/</c> where an absolute target has none; <c>*</c> for
    /// the asterisk; empty for an authority.</summary>
    public ReadOnlySpan<byte> Path => PathRange.Length == 0 && TargetForm == TargetForm.Absolute ? "/"u8 : Text(PathRange);

    /// <summary>The text after the first <c>?</c>; empty where there is none or nothing follows.</summary>
    public ReadOnlySpan<byte> Query => Text(QueryRange);

    /// <summary>Whether the target has a <c>?</c>.</summary>
    public bool HasQuery { get; internal set; }

    /// <summary>The host asked for, without brackets and port: of the target where it has an authority, else of Host.
    /// Empty for HTTP/1.0 without Host.</summary>
    public ReadOnlySpan<byte> Host => Text(HostRange);

    /// <summary>The same with brackets and port, as sent.</summary>
    public ReadOnlySpan<byte> HostText => Text(HostTextRange);

    /// <summary>The port that came with the host.</summary>
    public ushort? HostPort { get; internal set; }

    /// <summary>Whether the request line was read whole (a 408 is owed then, H-HTTP-39).</summary>
    public bool HasRequestLine => VersionRange.Length > 0;

    internal ByteRange MethodRange { get; set; }

    internal ByteRange TargetRange { get; set; }

    internal ByteRange PathRange { get; set; }

    internal ByteRange QueryRange { get; set; }

    internal ByteRange HostRange { get; set; }

    internal ByteRange HostTextRange { get; set; }

    /// <summary>Whether any of the fields is there that make a request conditional (RFC 9110 13.1), If-Range left out.</summary>
    public bool IsConditional => Has(KnownField.IfMatch) || Has(KnownField.IfModifiedSince)
        || Has(KnownField.IfNoneMatch) || Has(KnownField.IfUnmodifiedSince);

    /// <summary>Keeps what came of a head that does not come whole, for a log: the parser keeps nothing before it is done.</summary>
    /// <param name="input">As the parser got it last; where that is gone, the head is cleared.</param>
    public void KeepPart(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> whole = Whole(input);
        int length = int.Max(Position, int.Max(MethodRange.End, TargetRange.End));
        if (length <= whole.Length)
        {
            Keep(whole[..length]);
        }
        else
        {
            Clear();
        }
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        Method = Method.Unknown;
        TargetForm = TargetForm.Origin;
        MethodRange = TargetRange = PathRange = QueryRange = HostRange = HostTextRange = default;
        HasQuery = false;
        HostPort = null;
    }
}
