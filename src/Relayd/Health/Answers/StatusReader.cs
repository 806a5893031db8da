using System;
using System.Buffers.Text;

namespace Sluice.Relayd.Health.Answers;

/// <summary>The status of an answer by HTTP (R-CHECK-14). The judgement is known at the end of the head: behind it comes nothing that concerns it.</summary>
/// <param name="expected">The status that must come.</param>
internal sealed class StatusReader(int expected) : AnswerReader
{
    private const int LeastStatus = 100;

    private readonly byte[] _start = new byte["HTTP/1.1 200"u8.Length];

    // Of _start, what has come: 0 to its length.
    private int _count;
    private BlankLine _blankLine = new(LineEnds.Any);

    public override void Begin()
    {
        _count = 0;
        _blankLine = new BlankLine(LineEnds.Any);
    }

    public override bool Take(ReadOnlySpan<byte> bytes)
    {
        int count = int.Min(bytes.Length, _start.Length - _count);
        bytes[..count].CopyTo(_start.AsSpan(_count));
        _count += count;
        return _blankLine.Find(bytes) >= 0 || (_count == _start.Length && Status() == 0);
    }

    public override CheckOutcome Judge()
    {
        int status = _count == _start.Length ? Status() : 0;
        return status == 0 ? CheckOutcome.Of(CheckResult.HttpCodeMalformed)
            : CheckOutcome.Of(status == expected ? CheckResult.HttpCodeOk : CheckResult.HttpCodeMismatch, status);
    }

    // 0 where there is none.
    private int Status()
    {
        ReadOnlySpan<byte> start = _start;
        ReadOnlySpan<byte> digits = start["HTTP/1.1 "u8.Length..];
        bool isAnswer = (start.StartsWith("HTTP/1.1 "u8) || start.StartsWith("HTTP/1.0 "u8)) && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        return isAnswer && Utf8Parser.TryParse(digits, out int status, out _) && status >= LeastStatus ? status : 0;
    }
}
