using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.FastCgi;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// The records of an application's answer: the size of the pieces that they come in, then the records. The oracle reads them whole; the reader under test is shown one
/// piece after the other and must find the same bytes and the same end.
/// </summary>
internal sealed class FastCgiRecordsTarget : FuzzTarget
{
    private const int Header = 8;
    private const byte End = 3;
    private const byte Output = 6;
    private const byte Error = 7;

    private readonly Func<byte[], int, string> _read;

    public FastCgiRecordsTarget()
        : this(Read)
    {
    }

    private FastCgiRecordsTarget(Func<byte[], int, string> read)
    {
        _read = read;
    }

    public override string Name => "fastcgi-records";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("does not read over padding", new FastCgiRecordsTarget((records, piece) => Read(Changed(records, static record => record[6] = 0), piece))),
        new("takes the records of another request", new FastCgiRecordsTarget((records, piece) => Read(Changed(records, static record => (record[2], record[3]) = (0, 1)), piece))),
        new("takes another version", new FastCgiRecordsTarget((records, piece) => Read(Changed(records, static record => record[0] = 1), piece))),
        new("loses what is cut", new FastCgiRecordsTarget((records, piece) => Read(records.AsSpan(0, records.Length - (records.Length % piece)).ToArray(), piece))),
        new("takes messages for the operator for the answer", new FastCgiRecordsTarget((records, piece) =>
            Read(Changed(records, static record => record[1] = record[1] == Error ? Output : record[1]), piece))),
    ];

    public override byte[] Generate(Random random)
    {
        List<byte> bytes = [(byte)random.Next(1, 40)];
        for (int count = random.Next(1, 6); count > 0; count--)
        {
            byte type = random.Next(8) switch { 0 => End, 1 or 2 => Error, 3 => 99, _ => Output };
            int length = random.Next(5) == 0 ? 0 : random.Next(60);
            int padding = random.Next(3) == 0 ? random.Next(20) : 0;
            bytes.AddRange([
                (byte)(random.Next(20) == 0 ? 2 : 1), type, 0, (byte)(random.Next(20) == 0 ? 2 : 1), 0, (byte)length, (byte)padding, 0]);
            for (int at = length + padding; at > 0; at--)
            {
                bytes.Add((byte)random.Next(256));
            }
        }

        int cut = random.Next(4) == 0 ? random.Next(bytes.Count) : 0;
        return [.. bytes[..(bytes.Count - cut)]];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return null;
        }

        int piece = input[0] == 0 ? 1 : input[0];
        byte[] records = input[1..].ToArray();
        string right = Right(records);
        string read = _read(records, piece);
        return read == right ? null : $"in pieces of {piece}: {right}, but was read as {read}";
    }

    private static string Read(byte[] records, int piece)
    {
        RecordReader reader = new();
        StringBuilder output = new();
        StringBuilder error = new();
        for (int at = 0; at < records.Length; at += piece)
        {
            ReadOnlySpan<byte> rest = records.AsSpan(at, int.Min(piece, records.Length - at));
            while (true)
            {
                RecordStatus status = reader.Read(rest, out int taken, out Range content);
                switch (status)
                {
                    case RecordStatus.Output:
                        output.Append(Convert.ToHexString(rest[content]));
                        break;
                    case RecordStatus.Error:
                        error.Append(Convert.ToHexString(rest[content]));
                        break;
                    case RecordStatus.OutputEnd:
                        output.Append('.');
                        break;
                    case RecordStatus.End or RecordStatus.Malformed:
                        return $"{output} {error} {status}";
                    case RecordStatus.NeedMore:
                    default:
                        break;
                }

                rest = rest[taken..];
                if (status == RecordStatus.NeedMore)
                {
                    break;
                }
            }
        }

        return $"{output} {error} {RecordStatus.NeedMore}";
    }

    private static string Right(byte[] records)
    {
        StringBuilder output = new();
        StringBuilder error = new();
        for (int at = 0; at + Header <= records.Length;)
        {
            ReadOnlySpan<byte> record = records.AsSpan(at);
            byte type = record[1];
            bool isOfRequest = type is End or Output or Error;
            if (record[0] != 1 || (isOfRequest && (record[2] != 0 || record[3] != 1)))
            {
                return $"{output} {error} {RecordStatus.Malformed}";
            }

            int length = (record[4] << 8) | record[5];
            int whole = Header + length + record[6];
            StringBuilder? text = type == Output ? output : type == Error ? error : null;
            text?.Append(Convert.ToHexString(record[Header..int.Min(record.Length, Header + length)]));
            if (type == Output && length == 0)
            {
                output.Append('.');
            }

            if (type == End && record.Length >= whole)
            {
                return $"{output} {error} {RecordStatus.End}";
            }

            at += whole;
        }

        return $"{output} {error} {RecordStatus.NeedMore}";
    }

    private static byte[] Changed(byte[] records, Action<Memory> change)
    {
        byte[] changed = [.. records];
        for (int at = 0; at + Header <= changed.Length;)
        {
            int whole = Header + ((changed[at + 4] << 8) | changed[at + 5]) + changed[at + 6];
            change(new Memory(changed, at));
            at += whole;
        }

        return changed;
    }

    private readonly record struct Memory(byte[] Bytes, int At)
    {
        public byte this[int index]
        {
            get => Bytes[At + index];
            set => Bytes[At + index] = value;
        }
    }
}
