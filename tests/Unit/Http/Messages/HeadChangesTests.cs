using System.Text;

using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Unit.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Messages;

public static class HeadChangesTests
{
    private const string Head = "GET http://a.b/x/y?q=1 HTTP/1.1\r\nHost: a.b\r\nA: 1\r\nB:2\r\nA: 3 \r\nC:  \r\nD: 4\r\n\r\n";

    [Fact]
    public static void What_is_not_changed_is_written_as_it_came_in_plain_form() =>
        Assert.Equal("Host: a.b\r\nA: 1\r\nB: 2\r\nA: 3\r\nC: \r\nD: 4\r\n", Fields(Of(Head)));

    [Fact]
    public static void A_line_feed_alone_becomes_a_whole_line_end() =>
        Assert.Equal("Host: a\r\nB: 2\r\n", Fields(Of("GET / HTTP/1.1\nHost: a\nB: 2\n\n")));

    [Fact]
    public static void Fields_are_left_out_replaced_and_added_in_order()
    {
        HeadChanges changes = Of(Head);
        changes.Drop(1);
        changes.Replace(2, "two"u8);
        changes.Replace(5, ""u8);
        changes.Append("E"u8, "5"u8);
        changes.Append("A"u8, "6"u8);
        Assert.Equal("Host: a.b\r\nB: two\r\nA: 3\r\nC: \r\nD: \r\nE: 5\r\nA: 6\r\n", Fields(changes));
        Assert.True(changes.IsDropped(1));
        Assert.False(changes.IsDropped(2));
    }

    [Fact]
    public static void A_field_that_is_introduced_is_one_of_the_head()
    {
        HeadChanges changes = Of(Head, out RequestHead head);
        changes.Append("E"u8, "5"u8);
        changes.Introduce("Id"u8, "0af7"u8);
        int last = head.FieldCount - 1;
        Assert.Equal(("Id", "0af7", false), (Encoding.Latin1.GetString(head.FieldName(last)), Encoding.Latin1.GetString(head.FieldValue(last)), changes.IsDropped(last)));
        Assert.Equal("Host: a.b\r\nA: 1\r\nB: 2\r\nA: 3\r\nC: \r\nD: 4\r\nId: 0af7\r\nE: 5\r\n", Fields(changes));

        changes.Replace(last, "1"u8);
        Assert.Equal("Host: a.b\r\nA: 1\r\nB: 2\r\nA: 3\r\nC: \r\nD: 4\r\nId: 1\r\nE: 5\r\n", Fields(changes));
    }

    [Fact]
    public static void All_fields_of_a_name_can_be_left_out()
    {
        HeadChanges changes = Of("GET / HTTP/1.1\r\nHost: a\r\nConnection: b\r\nX: 1\r\nConnection: c\r\n\r\n");
        changes.Drop(KnownField.Connection);
        changes.Drop(KnownField.Upgrade);
        Assert.Equal("Host: a\r\nX: 1\r\n", Fields(changes));
    }

    [Fact]
    public static void The_next_head_begins_anew()
    {
        HeadChanges changes = Of(Head);
        changes.Drop(0);
        changes.Replace(1, "x"u8);
        changes.Append("E"u8, "5"u8);
        changes.SetPath("/p"u8);
        changes.Begin(Heads.Parse("GET /n HTTP/1.1\r\nHost: n\r\nM: 1\r\n\r\n", HeadLimits.Relayd));
        Assert.Equal("Host: n\r\nM: 1\r\n", Fields(changes));
        Assert.Equal("/n", Target(changes));
    }

    [Theory]
    [InlineData("GET /x?q HTTP/1.0\r\n\r\n", "/x?q", "/p?q")]
    [InlineData("GET /x HTTP/1.0\r\n\r\n", "/x", "/p")]
    [InlineData("GET /x? HTTP/1.0\r\n\r\n", "/x?", "/p?")]
    [InlineData("GET http://h/x?q HTTP/1.0\r\n\r\n", "http://h/x?q", "http://h/p?q")]
    [InlineData("GET http://h HTTP/1.0\r\n\r\n", "http://h", "http://h/p")]
    [InlineData("GET http://h?q HTTP/1.0\r\n\r\n", "http://h?q", "http://h/p?q")]
    [InlineData("OPTIONS * HTTP/1.0\r\n\r\n", "*", "/p")]
    public static void A_path_replaces_only_the_path(string head, string before, string after)
    {
        HeadChanges changes = Of(head);
        Assert.Equal(before, Target(changes));
        changes.SetPath("/p"u8);
        Assert.Equal(after, Target(changes));
        Assert.Equal("/p", Encoding.ASCII.GetString(changes.Path));
    }

    [Theory]
    [InlineData("GET http://h/x?q HTTP/1.0\r\n\r\n", "/x?q")]
    [InlineData("GET http://h HTTP/1.0\r\n\r\n", "/")]
    [InlineData("GET http://h?q HTTP/1.0\r\n\r\n", "/?q")]
    [InlineData("GET /x?q HTTP/1.0\r\n\r\n", "/x?q")]
    public static void A_target_can_be_written_as_a_path(string head, string target)
    {
        HeadChanges changes = Of(head);
        changes.UseOriginForm();
        Assert.Equal(target, Target(changes));
    }

    private static HeadChanges Of(string text) => Of(text, out _);

    private static HeadChanges Of(string text, out RequestHead head)
    {
        HeadChanges changes = new();
        head = Heads.Parse(text, HeadLimits.Relayd);
        changes.Begin(head);
        return changes;
    }

    private static string Fields(HeadChanges changes)
    {
        byte[] bytes = new byte[changes.MostFieldBytes];
        return Encoding.Latin1.GetString(bytes, 0, changes.WriteFields(bytes));
    }

    private static string Target(HeadChanges changes)
    {
        byte[] bytes = new byte[changes.MostTargetBytes];
        return Encoding.Latin1.GetString(bytes, 0, changes.WriteTarget(bytes));
    }
}
