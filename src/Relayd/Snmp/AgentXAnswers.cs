using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Snmp;

/// <summary>What a master is answered about the objects (RFC 2741, 7.2.3). They can be read alone.</summary>
/// <param name="objects">Which there are.</param>
internal sealed class AgentXAnswers(Mib objects)
{
    /// <summary>Objects in one answer; a master that wants more asks again.</summary>
    public const int MostObjects = 1024;

    private readonly AgentXWriter _writer = new();

    /// <summary>The answer to a request; null where it gets none.</summary>
    /// <param name="message">The whole message, with its header.</param>
    public byte[]? To(ReadOnlySpan<byte> message)
    {
        AgentXReader reader = new(message);
        AgentXHeader header = reader.Header();
        if ((header.Flags & AgentXHeader.HasContext) != 0)
        {
            _ = reader.OctetString();
        }

        return header.Type switch
        {
            AgentXType.Get => Answer(header, ref reader, static (objects, range) => new VarBind(range.Start, objects.Get(range.Start))),
            AgentXType.GetNext => Answer(header, ref reader, static (objects, range) => objects.Next(range)),
            AgentXType.GetBulk => Bulk(header, ref reader),
            AgentXType.TestSet => Answer(header, AgentXError.NotWritable, [], index: 1),
            AgentXType.CommitSet or AgentXType.UndoSet => Answer(header, AgentXError.ProcessingError, []),
            AgentXType.Ping => Answer(header, AgentXError.None, []),
            _ => null,
        };
    }

    private byte[] Answer(in AgentXHeader header, ref AgentXReader reader, Func<Mib, SearchRange, VarBind> find)
    {
        IReadOnlyList<SearchRange> ranges = reader.Ranges();
        if (reader.IsWrong)
        {
            return Answer(header, AgentXError.ParseError, []);
        }

        List<VarBind> found = [];
        foreach (SearchRange range in ranges)
        {
            found.Add(find(objects, range));
        }

        return Answer(header, AgentXError.None, found);
    }

    private byte[] Bulk(in AgentXHeader header, ref AgentXReader reader)
    {
        (int single, int repetitions) = (reader.Short(), reader.Short());
        List<SearchRange> ranges = [.. reader.Ranges()];
        if (reader.IsWrong)
        {
            return Answer(header, AgentXError.ParseError, []);
        }

        single = int.Min(single, ranges.Count);
        List<VarBind> found = [];
        for (int i = 0; i < single; i++)
        {
            found.Add(objects.Next(ranges[i]));
        }

        bool isMore = ranges.Count > single;
        for (int repetition = 0; isMore && repetition < repetitions && found.Count + ranges.Count - single <= MostObjects; repetition++)
        {
            isMore = false;
            for (int i = single; i < ranges.Count; i++)
            {
                VarBind next = objects.Next(ranges[i]);
                found.Add(next);
                ranges[i] = new SearchRange(next.Name, IncludesStart: false, ranges[i].End);
                isMore |= next.Value.Kind != ValueKind.EndOfMibView;
            }
        }

        return Answer(header, AgentXError.None, found);
    }

    private byte[] Answer(in AgentXHeader header, AgentXError error, List<VarBind> found, ushort index = 0)
    {
        _writer.Begin(new AgentXHeader(AgentXType.Response, header.Session, header.Transaction, header.Packet, 0), context: null);
        _writer.Number(0);
        _writer.Shorts((ushort)error, index);
        foreach (VarBind bind in found)
        {
            _writer.VarBind(bind);
        }

        return _writer.End();
    }
}
