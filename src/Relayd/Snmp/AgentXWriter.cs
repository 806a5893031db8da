using System;
using System.Buffers;
using System.Buffers.Binary;

namespace Sluice.Relayd.Snmp;

/// <summary>Writes AgentX messages, with the highest byte of numbers first (RFC 2741, 5 and 6).</summary>
internal sealed class AgentXWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Begins a message; <see cref="End"/> says how long it is.</summary>
    /// <param name="header">Without its length.</param>
    /// <param name="context">The context of our objects; null for the default one.</param>
    public void Begin(AgentXHeader header, string? context)
    {
        _bytes.Clear();
        byte flags = (byte)(AgentXHeader.NetworkByteOrder | (context is null ? 0 : AgentXHeader.HasContext));
        Bytes(AgentXHeader.Version, (byte)header.Type, flags);
        Number(header.Session);
        Number(header.Transaction);
        Number(header.Packet);
        Number(0);
        if (context is not null)
        {
            OctetString(System.Text.Encoding.Latin1.GetBytes(context));
        }
    }

    /// <summary>The message is whole.</summary>
    public byte[] End()
    {
        byte[] message = _bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(AgentXHeader.Size - sizeof(int)), message.Length - AgentXHeader.Size);
        return message;
    }

    /// <summary>Four bytes.</summary>
    public void Number(uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.GetSpan(sizeof(uint)), number);
        _bytes.Advance(sizeof(uint));
    }

    /// <summary>Two numbers of two bytes.</summary>
    public void Shorts(ushort first, ushort second) => Number(((uint)first << 16) | second);

    /// <summary>Four numbers of a byte.</summary>
    public void Bytes(byte first, byte second = 0, byte third = 0, byte fourth = 0) => Number(((uint)first << 24) | ((uint)second << 16) | ((uint)third << 8) | fourth);

    /// <summary>Text with its length.</summary>
    public void OctetString(ReadOnlySpan<byte> text)
    {
        Number((uint)text.Length);
        _bytes.Write(text);
        _bytes.Write(stackalloc byte[(4 - (text.Length % 4)) % 4]);
    }

    /// <summary>The name of an object.</summary>
    public void ObjectId(ObjectId id)
    {
        Bytes((byte)id.Parts.Length);
        foreach (uint part in id.Parts)
        {
            Number(part);
        }
    }

    /// <summary>An object and its value.</summary>
    public void VarBind(in VarBind bind)
    {
        ObjectValue value = bind.Value;
        Shorts((ushort)value.Kind, 0);
        ObjectId(bind.Name);
        switch (value.Kind)
        {
            case ValueKind.Integer or ValueKind.Gauge32 or ValueKind.TimeTicks:
                Number((uint)value.Number);
                break;
            case ValueKind.Counter64:
                BinaryPrimitives.WriteUInt64BigEndian(_bytes.GetSpan(sizeof(ulong)), value.Number);
                _bytes.Advance(sizeof(ulong));
                break;
            case ValueKind.OctetString:
                OctetString(value.Bytes.Span);
                break;
            case ValueKind.ObjectIdentifier:
                ObjectId(value.Id);
                break;
            default:
                break;
        }
    }
}
