using System;
using System.Collections.Generic;

using Sluice.Http.FastCgi;

using Xunit;

namespace Sluice.Unit.Http.FastCgi;

/// <summary>What a request to an application begins with (H-FCGI-10).</summary>
public sealed class RequestWriterTests
{
    private readonly RequestWriter _writer = new();

    [Theory]
    [InlineData(ApplicationPersistence.Close, 0)]
    [InlineData(ApplicationPersistence.Keep, 1)]
    public void Begins_as_the_specification_shows(ApplicationPersistence persistence, byte flags)
    {
        _writer.Begin(persistence);
        _writer.Add("A"u8, "bc"u8);
        _writer.End();
        _writer.EndInput();
        Assert.Equal(
            [
                1, 1, 0, 1, 0, 8, 0, 0, 0, 1, flags, 0, 0, 0, 0, 0,
                1, 4, 0, 1, 0, 5, 0, 0, 1, 2, (byte)'A', (byte)'b', (byte)'c',
                1, 4, 0, 1, 0, 0, 0, 0,
                1, 5, 0, 1, 0, 0, 0, 0,
            ],
            _writer.Written.ToArray());
    }

    [Theory]
    [InlineData(127, new byte[] { 127 })]
    [InlineData(128, new byte[] { 0x80, 0, 0, 128 })]
    [InlineData(300, new byte[] { 0x80, 0, 1, 44 })]
    public void Lengths_from_128_on_take_four_bytes(int length, byte[] expected)
    {
        _writer.Begin(ApplicationPersistence.Close);
        _writer.Add("N"u8, new byte[length]);
        _writer.End();
        Assert.Equal(expected, _writer.Written.Span.Slice(16 + 8 + 1, expected.Length).ToArray());
    }

    [Fact]
    public void A_pair_is_never_split_over_records()
    {
        _writer.Begin(ApplicationPersistence.Close);
        AddMany(5, 30_000);
        _writer.End();
        Assert.True(_writer.IsComplete);
        Assert.Equal([60_018, 60_018, 30_009, 0], ParameterRecords());
    }

    [Fact]
    public void A_record_may_be_full_to_the_last_byte()
    {
        _writer.Begin(ApplicationPersistence.Close);
        _writer.Add("N"u8, new byte[65_535 - 1 - 4 - 1]);
        _writer.End();
        Assert.True(_writer.IsComplete);
        Assert.Equal([65_535, 0], ParameterRecords());
    }

    [Fact]
    public void A_pair_that_fits_into_no_record_makes_the_request_incomplete()
    {
        _writer.Begin(ApplicationPersistence.Close);
        _writer.Add("N"u8, new byte[65_535 - 1 - 4]);
        Assert.False(_writer.IsComplete);
        _writer.Begin(ApplicationPersistence.Close);
        Assert.True(_writer.IsComplete);
    }

    private void AddMany(int count, int length)
    {
        for (int number = 0; number < count; number++)
        {
            _writer.Add("NAME"u8, new byte[length]);
        }
    }

    private List<int> ParameterRecords()
    {
        List<int> lengths = [];
        for (ReadOnlySpan<byte> rest = _writer.Written.Span; !rest.IsEmpty;)
        {
            int length = (rest[4] << 8) | rest[5];
            if (rest[1] == 4)
            {
                lengths.Add(length);
            }

            rest = rest[(8 + length)..];
        }

        return lengths;
    }
}
