using System;

namespace Sluice.Http.Codec;

/// <summary>The head of a response.</summary>
public sealed class ResponseHead : MessageHead
{
    /// <summary>The status code, 100 to 599; 0 where parsing failed before its end.</summary>
    public int Status { get; internal set; }

    /// <summary>Whether it is interim: a final one follows (RFC 9110 15.2). 101 is final here, since no other follows it.</summary>
    public bool IsInterim => Status is >= 100 and < 200 and not 101;

    /// <summary>The reason as sent; empty where there is none.</summary>
    public ReadOnlySpan<byte> Reason => Text(ReasonRange);

    internal ByteRange ReasonRange { get; set; }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        Status = 0;
        ReasonRange = default;
    }
}
