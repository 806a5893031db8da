using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Httpd.Applications;

using Xunit;

namespace Sluice.Unit.Httpd.Applications;

/// <summary>What an application says to the operator, line by line (H-FCGI-45, hostile input 57).</summary>
public sealed class ErrorTextTests
{
    private readonly ErrorText _text = new();
    private readonly List<string> _said = [];

    [Fact]
    public void Lines_are_said_as_they_end_and_the_last_one_at_the_end()
    {
        Add("one\ntwo\r\n\nth");
        Assert.Equal(["one", "two"], _said);
        Add("ree");
        _text.End(Say);
        Assert.Equal(["one", "two", "three"], _said);
    }

    [Fact]
    public void A_line_that_never_ends_is_cut()
    {
        Add(new string('x', 2500));
        _text.End(Say);
        Assert.Equal([1024, 1024, 452], _said.ConvertAll(static line => line.Length));
    }

    [Fact]
    public void A_flood_is_counted_and_not_said()
    {
        AddMany(1000, new string('x', 999) + "\n");
        _text.End(Say);
        Assert.InRange(_said.Count, 60, 70);
        Assert.Matches("^the application said 9[0-9]{5} bytes more$", _said[^1]);
        _text.Clear();
        Add("again\n");
        Assert.Equal("again", _said[^1]);
    }

    private void AddMany(int count, string text)
    {
        for (; count > 0; count--)
        {
            Add(text);
        }
    }

    private void Add(string text) => _text.Add(Encoding.Latin1.GetBytes(text), Say);

    private void Say(ReadOnlySpan<byte> line) => _said.Add(Encoding.Latin1.GetString(line));
}
