using System;
using System.Text;

namespace Sluice.Http.Codec;

/// <summary>What a complete head must agree in: target and method (RFC 9112 3.2), target and Host (3.2.2, D-23, H-SRV-23..27).</summary>
internal static class RequestTarget
{
    public static Rejection Resolve(ReadOnlySpan<byte> input, RequestHead head, HeadLimits limits)
    {
        Rejection wrong = Form(input, head, out ByteRange authority);
        if (wrong != Rejection.None)
        {
            return wrong;
        }

        if (head.IsRepeated(KnownField.Host))
        {
            return Rejection.HostRepeated;
        }

        if (!head.Has(KnownField.Host))
        {
            bool isNamed = limits.HostSource == HostSource.FieldOrTarget && authority.Length > 0;
            if (head.Version == HttpVersion.Http11 && !isNamed)
            {
                return Rejection.HostMissing;
            }

            return authority.Length == 0 ? Rejection.None : TakeHost(input, head, authority);
        }

        // A Host that is replaced must still be a good one: what passes here is seen by others too.
        wrong = TakeHost(input, head, head.RangeOf(KnownField.Host));
        return wrong == Rejection.None && authority.Length > 0 ? TakeHost(input, head, authority) : wrong;
    }

    private static Rejection Form(ReadOnlySpan<byte> input, RequestHead head, out ByteRange authority)
    {
        authority = default;
        ByteRange range = head.TargetRange;
        ReadOnlySpan<byte> target = input.Slice(range.Start, range.Length);
        if (head.Method == Method.Connect)
        {
            head.TargetForm = TargetForm.Authority;
            authority = range;
            return target[0] == '/' ? Rejection.Target : Rejection.None;
        }

        if (target[0] == '/')
        {
            SplitQuery(input, head, range);
            return Rejection.None;
        }

        if (target is [(byte)'*'])
        {
            head.TargetForm = TargetForm.Asterisk;
            head.PathRange = range;
            return head.Method == Method.Options ? Rejection.None : Rejection.Target;
        }

        int scheme = SchemeLength(target);
        if (scheme == 0)
        {
            return Rejection.Target;
        }

        int authorityLength = target[scheme..].IndexOfAny("/?"u8);
        authorityLength = authorityLength < 0 ? target.Length - scheme : authorityLength;
        authority = new ByteRange(range.Start + scheme, authorityLength);
        head.TargetForm = TargetForm.Absolute;
        SplitQuery(input, head, new ByteRange(authority.End, range.End - authority.End));
        return authorityLength == 0 ? Rejection.Target : Rejection.None;
    }

    private static int SchemeLength(ReadOnlySpan<byte> target)
    {
        ReadOnlySpan<byte> plain = "http://"u8;
        ReadOnlySpan<byte> secure = "https://"u8;
        if (target.Length >= plain.Length && Ascii.EqualsIgnoreCase(target[..plain.Length], plain))
        {
            return plain.Length;
        }

        return target.Length >= secure.Length && Ascii.EqualsIgnoreCase(target[..secure.Length], secure) ? secure.Length : 0;
    }

    private static void SplitQuery(ReadOnlySpan<byte> input, RequestHead head, ByteRange range)
    {
        int mark = input.Slice(range.Start, range.Length).IndexOf((byte)'?');
        if (mark < 0)
        {
            head.PathRange = range;
            return;
        }

        head.HasQuery = true;
        head.PathRange = new ByteRange(range.Start, mark);
        head.QueryRange = new ByteRange(range.Start + mark + 1, range.Length - mark - 1);
    }

    private static Rejection TakeHost(ReadOnlySpan<byte> input, RequestHead head, ByteRange range)
    {
        if (!HostText.TryParse(input.Slice(range.Start, range.Length), out Range name, out ushort? port))
        {
            return Rejection.Host;
        }

        (int offset, int length) = name.GetOffsetAndLength(range.Length);
        head.HostTextRange = range;
        head.HostRange = new ByteRange(range.Start + offset, length);
        head.HostPort = port;
        return Rejection.None;
    }
}
