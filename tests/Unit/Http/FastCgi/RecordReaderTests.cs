using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.FastCgi;

using Xunit;

namespace Sluice.Unit.Http.FastCgi;

/// <summary>The records of an application's answer (H-FCGI-37, hostile input 57).</summary>
public sealed class RecordReaderTests
{
    private const byte End = 3;
    private const byte Output = 6;
    private const byte Error = 7;

    private readonly RecordReader _reader = new();

    [Fact]
    public void Finds_what_was_said_to_whom()
    {
        byte[] input = [.. Of(Output, "head"), .. Of(Error, "oops"), .. Of(Output, "body"), .. Of(Output, ""), .. Of(End, "12345678")];
        Assert.Equal("out:head err:oops out:body outend end", Read(input));
    }

    [Fact]
    public void Content_comes_before_its_record_is_whole()
    {
        byte[] record = Of(Output, "abcdef");
        Assert.Equal("out:abc", Read(record[..11]));
        Assert.Equal(3, _reader.OutputLeft);
        Assert.Equal("out:def", Read(record[11..]));
        Assert.Equal(0, _reader.OutputLeft);
    }

    [Theory]
    [InlineData(Output)]
    [InlineData(Error)]
    [InlineData(99)]
    public void Content_of_each_kind_follows_its_header(byte type)
    {
        byte[] record = Of(type, "abc");
        _ = Read(record[..7]);
        Assert.False(_reader.IsWithinContent);
        _ = Read(record[7..9]);
        Assert.True(_reader.IsWithinContent);
        _ = Read(record[9..]);
        Assert.False(_reader.IsWithinContent);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(1)]
    public void Padding_is_no_content(byte padding)
    {
        byte[] first = [1, Output, 0, 1, 0, 1, padding, 0, (byte)'a', .. new byte[padding]];
        Assert.Equal("out:a out:b", Read([.. first, .. Of(Output, "b")]));
    }

    [Fact]
    public void Types_that_nobody_knows_and_messages_about_the_application_are_read_over()
    {
        byte[] management = [1, 10, 0, 0, 0, 3, 0, 0, 1, 2, 3];
        Assert.Equal("out:a", Read([.. Of(99, "whatever"), .. management, .. Of(1, "x"), .. Of(Output, "a")]));
    }

    [Theory]
    [InlineData(2, Output, 1)]
    [InlineData(1, Output, 2)]
    [InlineData(1, End, 0)]
    [InlineData(1, Error, 7)]
    [InlineData(0, 99, 1)]
    public void Another_version_and_another_request_end_it(byte version, byte type, byte id)
    {
        byte[] record = [version, type, 0, id, 0, 1, 0, 0, 0];
        Assert.Equal("malformed", Read(record));
        Assert.Equal("malformed", Read(Of(Output, "a")));
    }

    [Fact]
    public void Nothing_follows_the_end()
    {
        Assert.Equal("end", Read([.. Of(End, "12345678"), .. Of(Output, "a")]));
        _reader.Clear();
        Assert.Equal("out:a", Read(Of(Output, "a")));
    }

    [Fact]
    public void What_was_taken_by_another_way_is_not_found_again()
    {
        byte[] record = Of(Output, "abcdef");
        Assert.Equal("out:ab", Read(record[..10]));
        _reader.Skip(3);
        Assert.Equal("out:f", Read(record[13..]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _reader.Skip(1));
    }

    private static byte[] Of(byte type, string content) =>
        [1, type, 0, 1, 0, (byte)content.Length, 0, 0, .. Encoding.Latin1.GetBytes(content)];

    private string Read(byte[] input)
    {
        List<string> found = [];
        for (ReadOnlySpan<byte> rest = input; ;)
        {
            RecordStatus status = _reader.Read(rest, out int taken, out Range content);
            string text = Encoding.Latin1.GetString(rest[content]);
            rest = rest[taken..];
            switch (status)
            {
                case RecordStatus.NeedMore:
                    return string.Join(' ', found);
                case RecordStatus.End or RecordStatus.Malformed:
                    found.Add(status == RecordStatus.End ? "end" : "malformed");
                    return string.Join(' ', found);
                case RecordStatus.OutputEnd:
                    found.Add("outend");
                    break;
                case RecordStatus.Output or RecordStatus.Error:
                default:
                    found.Add($"{(status == RecordStatus.Output ? "out" : "err")}:{text}");
                    break;
            }
        }
    }
}
