using System;

namespace Sluice.Http.Logging;

/// <summary>A request as an object of JSON on a line of its own; members that say nothing are left out.</summary>
public static class JsonLine
{
    /// <summary>The names of all members, and what stands between them.</summary>
    private const int FixedBytes = 480;

    /// <summary>Paths are encoded as in the other styles before they are put into a string, and then need no more.</summary>
    public static int Bound(in AccessEntry entry) => FixedBytes
        + entry.Time.Length
        + entry.Client.Length
        + entry.Proxy.Length
        + entry.Target.Length
        + (Text.JsonEncoding.MostBytesPerByte * (entry.Host.Length + entry.TextLength));

    /// <summary>Writes the object with its newline.</summary>
    public static int Write(in AccessEntry entry, Span<byte> line)
    {
        LineWriter writer = new(line);
        writer.Put("{\"time\":\""u8);
        writer.Put(entry.Time);
        writer.Put("\",\"server\":\""u8);
        writer.PutJson(entry.Host);
        writer.Put("\",\"client\":\""u8);
        writer.Put(entry.Client);
        writer.Put("\""u8);
        Member(ref writer, ",\"proxy\":\""u8, entry.Proxy);
        Member(ref writer, ",\"user\":\""u8, entry.User);
        Member(ref writer, ",\"method\":\""u8, entry.Method);
        writer.Put(",\"path\":\""u8);
        writer.PutPath(entry);
        writer.Put("\""u8);
        if (entry.HasQuery)
        {
            writer.Put(",\"query\":\""u8);
            writer.PutJson(entry.Query);
            writer.Put("\""u8);
        }

        Member(ref writer, ",\"version\":\""u8, entry.Version);
        writer.Put(",\"status\":"u8);
        writer.PutNumber(entry.Status);
        writer.Put(",\"bytes\":"u8);
        writer.PutNumber(entry.Bytes);
        Member(ref writer, ",\"referer\":\""u8, entry.Referer);
        Member(ref writer, ",\"user_agent\":\""u8, entry.UserAgent);
        Member(ref writer, ",\"forwarded_for\":\""u8, entry.ForwardedFor);
        Member(ref writer, ",\"forwarded_port\":\""u8, entry.ForwardedPort);
        Member(ref writer, ",\"host\":\""u8, entry.Target);
        Member(ref writer, ",\"request_id\":\""u8, entry.RequestId);
        Member(ref writer, ",\"head_ms\":"u8, entry.Times.Head);
        Member(ref writer, ",\"host_ms\":"u8, entry.Times.Host);
        Member(ref writer, ",\"answer_ms\":"u8, entry.Times.Answer);
        Member(ref writer, ",\"total_ms\":"u8, entry.Times.Total);
        writer.Put("}\n"u8);
        return writer.Length;
    }

    private static void Member(ref LineWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            writer.Put(name);
            writer.PutJson(value);
            writer.Put("\""u8);
        }
    }

    private static void Member(ref LineWriter writer, ReadOnlySpan<byte> name, TimeSpan? value)
    {
        if (value is { } time)
        {
            writer.Put(name);
            writer.PutMilliseconds(time);
        }
    }
}
