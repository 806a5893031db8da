using System;

namespace Sluice.Relayd.Health.Answers;

/// <summary>Bytes that the answer must begin with (R-CHECK-20).</summary>
/// <param name="expected">At least one.</param>
internal sealed class PrefixReader(byte[] expected) : AnswerReader
{
    // Bytes of the expected ones that have come: 0 to their number.
    private int _count;
    private bool _differs;

    public override void Begin() => (_count, _differs) = (0, false);

    public override bool Take(ReadOnlySpan<byte> bytes)
    {
        int count = int.Min(bytes.Length, expected.Length - _count);
        _differs |= !bytes[..count].SequenceEqual(expected.AsSpan(_count, count));
        _count += count;
        return _differs || _count == expected.Length;
    }

    public override CheckOutcome Judge() => CheckOutcome.Of(
        !_differs && _count == expected.Length ? CheckResult.SendExpectOk : CheckResult.SendExpectFailed);
}
