using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;

using Sluice.Control;
using Sluice.Daemon.Wire;

namespace Sluice.Fuzz.Targets;

/// <summary>Reads a message of either end and writes it again; null where it is none.</summary>
internal delegate byte[]? Rewrite(ReadOnlySpan<byte> message);

/// <summary>
/// What anybody who may connect to the control socket could say, and what a daemon that is captured could answer. The oracle walks over the fields with a reader of its
/// own; what is read must be written as the very same bytes.
/// </summary>
/// <remarks>The first byte says which: 0 a request, 1 replies.</remarks>
internal sealed class ControlMessagesTarget : FuzzTarget
{
    private const byte OfClient = 0;

    private readonly Rewrite _request;
    private readonly Rewrite _replies;

    public ControlMessagesTarget()
        : this(RewriteRequest, RewriteReplies)
    {
    }

    private ControlMessagesTarget(Rewrite request, Rewrite replies)
    {
        _request = request;
        _replies = replies;
    }

    public override string Name => "control-messages";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes a request with something behind it", new ControlMessagesTarget(
            static message => RewriteRequest(message) ?? (message.IsEmpty || RewriteRequest(message[..^1]) is null ? null : message.ToArray()), RewriteReplies)),
        new("takes every word for a command", new ControlMessagesTarget(
            static message => RewriteRequest(message) ?? (message is [1, 3, _, ..] && RewriteRequest([1, 3, 0, .. message[3..]]) is not null ? message.ToArray() : null), RewriteReplies)),
        new("takes replies without their end", new ControlMessagesTarget(RewriteRequest, static message => RewriteReplies(message) ?? RewriteReplies([.. message, 0])?[..^1])),
        new("forgets that a host is drained", new ControlMessagesTarget(
            RewriteRequest, static message => Write(Read(message)?.Select(static reply => reply is HostRow host ? host with { Draining = Draining.No } : reply)))),
    ];

    public override byte[] Generate(Random random)
    {
        byte kind = (byte)random.Next(2);
        byte[] message = kind == OfClient ? Written(AnyRequest(random)) : Write(Enumerable.Range(0, random.Next(4)).Select(_ => AnyReply(random)))!;
        switch (random.Next(4))
        {
            case 0:
                message = message[..random.Next(message.Length + 1)];
                break;
            case 1:
                message = [.. message, (byte)random.Next(256)];
                break;
            case 2 when message.Length > 0:
                message[random.Next(message.Length)] = (byte)random.Next(256);
                break;
            default:
                break;
        }

        return [kind, .. message];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return null;
        }

        ReadOnlySpan<byte> message = input[1..];
        bool isRequest = input[0] == OfClient;
        byte[]? rewritten = isRequest ? _request(message) : _replies(message);
        bool isMessage = isRequest ? Reference.IsRequest(message) : Reference.AreReplies(message);
        return (rewritten is not null) != isMessage ? (isMessage ? "a message was refused" : "what is no message was taken for one")
            : rewritten is null || message.SequenceEqual(rewritten) ? null
            : "it is written as other bytes";
    }

    private static byte[]? RewriteRequest(ReadOnlySpan<byte> message) =>
        Request.Read(message, out Request? request) == RequestReading.Done ? Written(request!) : null;

    private static byte[]? RewriteReplies(ReadOnlySpan<byte> message) => Write(Read(message));

    private static List<Reply>? Read(ReadOnlySpan<byte> message)
    {
        List<Reply> replies = [];
        return Reply.TryRead(message, replies) ? replies : null;
    }

    private static byte[] Written(Request request)
    {
        WireWriter writer = new();
        request.Write(writer);
        return writer.Written.ToArray();
    }

    private static byte[]? Write(IEnumerable<Reply>? replies)
    {
        ReplyMessage message = new();
        foreach (Reply reply in replies ?? [])
        {
            message.Add(reply);
        }

        return replies is null ? null : message.Finish().ToArray();
    }

    private static Request AnyRequest(Random random) => random.Next(10) switch
    {
        0 => new ShowRequest(Any<ShowSubject>(random)),
        1 => new MonitorRequest(),
        2 => new PollRequest(),
        3 => new LogRequest(Any<LogWord>(random)),
        4 => new LoadRequest(AnyName(random)),
        5 => random.Next(2) == 0 ? new ReloadRequest() : new StopRequest(),
        6 => new AddHostRequest(Target(random), Address(random), random.Next(1, 256), random.Next(), random.Next(256)),
        7 => new PurgeRequest(),
        _ => new CommandRequest(Any<CommandWord>(random), Target(random)),
    };

    private static Reply AnyReply(Random random) => random.Next(11) switch
    {
        0 => new End(Any<Outcome>(random)),
        1 => new TextRow(AnyName(random)),
        2 => new RedirectRow(random.Next(), AnyName(random), Any<RedirectStatus>(random), Counts(random)),
        3 => new RelayRow(random.Next(), AnyName(random), Any<SectionStatus>(random), Counts(random))
        {
            CertificateEnd = random.Next(2) == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(1 + random.Next()),
            DroppedDatagrams = random.NextInt64(),
        },
        4 => new RouterRow(random.Next(), AnyName(random), Any<SectionStatus>(random), random.Next(), random.Next(2) == 0 ? null : AnyName(random)),
        5 => new RouteRow(Address(random), random.Next(129)),
        6 => new TableRow(random.Next(), AnyName(random), Any<TableStatus>(random), random.Next()),
        7 => new SessionRow(random.NextInt64(), random.Next(), random.Next())
        {
            Client = new IPEndPoint(Address(random), random.Next(65536)),
            Target = random.Next(2) == 0 ? null : new IPEndPoint(Address(random), random.Next(65536)),
            State = Any<SessionState>(random),
            Age = TimeSpan.FromSeconds(random.Next()),
            TagId = random.Next(),
        },
        8 => new EventRow(Any<EventKind>(random), DateTimeOffset.FromUnixTimeMilliseconds(random.Next()))
        {
            Id = random.Next(),
            Name = AnyName(random),
            State = Any<HostStatus>(random),
        },
        _ => new HostRow(random.Next(), AnyName(random), Any<HostStatus>(random))
        {
            Address = Address(random),
            Weight = random.Next(256),
            Draining = Any<Draining>(random),
            Checks = random.NextInt64(),
            LastCheck = random.Next(2) == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(random.Next()),
            Latency = TimeSpan.FromMicroseconds(random.Next()),
            Result = AnyName(random),
            FailedSessions = random.Next(),
        },
    };

    private static Target Target(Random random) => random.Next(8) switch
    {
        0 => new Target(1, AnyName(random)),
        1 => new Target(0, new string('a', random.Next(250, 260))),
        < 5 => new Target((uint)random.Next(1, int.MaxValue), ""),
        _ => new Target(0, AnyName(random)),
    };

    private static SessionCounts Counts(Random random) => new(random.NextInt64(), random.Next(), new SessionRates(random.Next(), 0, 7), default);

    private static IPAddress Address(Random random)
    {
        byte[] address = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(address);
        return new IPAddress(address);
    }

    private static T Any<T>(Random random)
        where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static string AnyName(Random random)
    {
        byte[] name = new byte[random.Next(1, 12)];
        random.NextBytes(name);
        return Encoding.Latin1.GetString(name);
    }

    /// <summary>The fields with explicit lengths and limits, over a stream.</summary>
    private sealed class Reference(BinaryReader reader)
    {
        public static bool IsRequest(ReadOnlySpan<byte> message) => Holds(message, static fields => fields.Request());

        public static bool AreReplies(ReadOnlySpan<byte> message) => Holds(message, static fields => fields.Replies());

        private static bool Holds(ReadOnlySpan<byte> message, Func<Reference, bool> fields)
        {
            using MemoryStream stream = new(message.ToArray());
            using BinaryReader reader = new(stream);
            try
            {
                return fields(new Reference(reader)) && stream.Position == stream.Length;
            }
            catch (EndOfStreamException)
            {
                return false;
            }
        }

        private bool Request() => reader.ReadByte() == 1 && reader.ReadByte() switch
        {
            1 => Up(ShowSubject.Rules),
            2 or 4 or 7 or 8 or 10 => true,
            3 => Up(CommandWord.DisableRedirect) && Target(),
            5 => Up(LogWord.Verbose),
            6 => Text() is >= 1 and <= 1023,
            9 => Target() && Address() && Between(1, 255) && Int() && Skip(1),
            _ => false,
        };

        private bool Replies()
        {
            while (true)
            {
                byte type = reader.ReadByte();
                if (type == 0)
                {
                    return true;
                }

                if (!Reply(type))
                {
                    return false;
                }
            }
        }

        private bool Reply(byte type) => type switch
        {
            1 => Up(Outcome.NotUnderstood),
            2 => Text() >= 0,
            <= 7 => Section(type),
            8 => Host(),
            9 => Session(),
            10 => Up(EventKind.Lost) && Time() && Int() && Text() >= 0 && Up(HostStatus.Disabled),
            _ => false,
        };

        private bool Section(byte type) => type switch
        {
            3 => Int() && Text() >= 0 && Up(RedirectStatus.Disabled) && Counts(),
            4 => Int() && Text() >= 0 && Up(SectionStatus.Disabled) && Counts() && Time() && Count(),
            5 => Int() && Text() >= 0 && Up(SectionStatus.Disabled) && Int() && Optional(() => Text() >= 0),
            6 => Address() && Skip(1),
            _ => Int() && Text() >= 0 && Up(TableStatus.Disabled) && Int(),
        };

        private bool Host() =>
            Int() && Text() >= 0 && Up(HostStatus.Disabled) && Int() && Address() && Skip(1) && Int() && Up(Draining.Yes) && Count() && Count() && Time() && UInt() && Text() >= 0 && Int() && Int();

        private bool Session() => Count() && Int() && Int() && Peer() && Optional(Peer) && Up(SessionState.Done) && UInt() && UInt() && Int();

        private bool Target()
        {
            long id = reader.ReadInt64();
            int length = Text();
            return id is >= 0 and <= uint.MaxValue && length <= 255 && (id > 0) != (length > 0);
        }

        private bool Counts() => Count() && Count() && Count() && Count() && Count() && Count() && Count() && Count();

        private bool Peer() => Address() && Between(0, 65535);

        private bool Address()
        {
            int length = Text();
            long scope = reader.ReadInt64();
            return length switch
            {
                4 => scope == 0,
                16 => scope is >= 0 and <= uint.MaxValue,
                _ => false,
            };
        }

        private bool Optional(Func<bool> field) => reader.ReadByte() switch
        {
            0 => true,
            1 => field(),
            _ => false,
        };

        private bool Time() => Between(0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

        private bool Count() => Between(0, long.MaxValue);

        private bool UInt() => Between(0, uint.MaxValue);

        private bool Between(long least, long most) => reader.ReadInt64() is { } value && value >= least && value <= most;

        private bool Int() => reader.ReadInt32() >= 0;

        // The last value is named here, and not asked for: Sluice.Unit.Tidy holds this against the enum.
        private bool Up<T>(T last)
            where T : struct, Enum => reader.ReadByte() <= Convert.ToInt32(last, CultureInfo.InvariantCulture);

        // Its length.
        private int Text()
        {
            uint length = reader.ReadUInt32();
            return length <= reader.BaseStream.Length - reader.BaseStream.Position && Skip((int)length) ? (int)length : throw new EndOfStreamException();
        }

        private bool Skip(int bytes) => reader.ReadBytes(bytes).Length == bytes;
    }
}
