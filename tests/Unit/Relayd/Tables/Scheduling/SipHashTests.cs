using System.Linq;

using Sluice.Relayd.Tables.Scheduling;

using Xunit;

namespace Sluice.Unit.Relayd.Tables.Scheduling;

public sealed class SipHashTests
{
    // Key and input are 00 01 02 … in the reference implementation; the last one is also in appendix A of the paper.
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31UL)]
    [InlineData(1, 0x74f839c593dc67fdUL)]
    [InlineData(7, 0xab0200f58b01d137UL)]
    [InlineData(8, 0x93f5f5799a932462UL)]
    [InlineData(15, 0xa129ca6149be45e5UL)]
    [InlineData(63, 0x958a324ceb064572UL)]
    public void The_digest_is_that_of_the_reference_implementation(int length, ulong expected)
    {
        SipHash hash = new(Counting(SipHash.KeyLength));

        Assert.Equal(expected, hash.Of(Counting(length)));
    }

    private static byte[] Counting(int length) => [.. Enumerable.Range(0, length).Select(static number => (byte)number)];
}
