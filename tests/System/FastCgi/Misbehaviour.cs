using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Sluice.System.FastCgi;

/// <summary>
/// What an application can do wrong, or seldom does, and what the client has of it: a status, with the body of a 200; <c>…</c> where the
/// answer visibly lacks something. It is logged where the application broke the protocol.
/// </summary>
internal sealed record Misbehaviour(string Outcome, bool IsLogged, Action<Request> Serve)
{
    private const string Head = "Content-Type: text/plain\r\n\r\n";
    private static readonly byte[] _end = RecordStream.Record(RecordKind.EndRequest, new byte[8]);

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, Misbehaviour> All { get; } = new Dictionary<string, Misbehaviour>(StringComparer.Ordinal)
    {
        // Records.
        ["a record of version 2"] = Wrong("502", request => request.Raw(RecordStream.Record(RecordKind.Stdout, Bytes(Head + "a"), version: 2)).End()),
        ["a record of version 2 in mid-body"] = Wrong("200 a…", request => request.Out(Head + "a").Raw(RecordStream.Record(RecordKind.Stdout, "b"u8, version: 2)).End()),
        ["a record of type 99"] = Right("200 a", request => request.Raw(RecordStream.Record((RecordKind)99, "?"u8)).Out(Head + "a").End()),
        ["a record of another request"] = Wrong("502", request => request.Raw(RecordStream.Record(RecordKind.Stdout, Bytes(Head + "a"), id: 2)).End()),
        ["a record of another request in mid-body"] = Wrong("200 a…", request => request.Out(Head + "a").Raw(RecordStream.Record(RecordKind.Stdout, "b"u8, id: 2)).End()),
        ["a record that does not come"] = Wrong("502", request => Cut(request, [1, 6, 0, 1, 255, 255, 0, 0])),
        ["a record that comes in part"] = Wrong("502", request => Cut(request, [1, 6, 0, 1, 255, 255, 0, 0, .. Bytes(Head)[..8]])),
        ["a record that comes in part in mid-body"] = Wrong("200 a…", request => Cut(request, [.. RecordStream.Record(RecordKind.Stdout, Bytes(Head + "a")), 1, 6, 0, 1, 255, 255, 0, 0])),
        ["a record's beginning"] = Wrong("502", request => Cut(request, [1, 6, 0])),
        ["padding of 255"] = Right("200 a", request => request.Out(Bytes(Head), 255).Out("a"u8, 255).Raw(RecordStream.Record(RecordKind.Stdout, [], 255)).Raw(RecordStream.Record(RecordKind.EndRequest, new byte[8], 255))),
        ["two ends"] = Right("200 a", request => request.Out(Head + "a").Raw([.. _end, .. _end])),
        ["an end with statuses of its own"] = Right("200 a", request => request.Out(Head + "a").Raw(RecordStream.Record(RecordKind.EndRequest, [0, 0, 0, 9, 0, 0, 0, 0]))),
        ["no empty record before the end"] = Right("200 a", request => request.Out(Head + "a").EndOnly()),
        ["an end without an answer"] = Wrong("502", request => request.EndOnly()),
        ["an empty answer"] = Wrong("502", request => request.End()),
        ["nothing"] = Wrong("502", request => request.Close()),
        ["a reset"] = Wrong("502", request => request.Break()),
        ["errors and no answer"] = Wrong("502", request => request.Error("PHP is sad").End()),
        ["byte by byte"] = Right("200 ab", request => OneByOne(request, "Status: 200 OK\r\nContent-Type: text/plain\r\nX-A: 1\r\n\r\nab").End()),

        // The head.
        ["no end of the head"] = Wrong("502", request => request.Out("Content-Type: text/plain\r\nX: y\r\n").End()),
        ["no head"] = Wrong("502", request => request.Out("no head at all").End()),
        ["a death in the head"] = Wrong("502", request => request.Out("Content-Type: te").Close()),
        ["a death in the body"] = Wrong("200 part…", request => request.Out(Head + "part").Close()),
        ["a head of LF"] = Right("200 a", request => request.Out("Content-Type: text/plain\nX-A: 1\n\na").End()),
        ["an empty head"] = Right("200 a", request => request.Out("\r\na").End()),
        ["a head of 1 MiB"] = Wrong("502", request => Many(request, "X-Long: " + new string('a', 1000) + "\r\n", 1049).Out("\r\na").End()),
        ["a field of 1 MiB"] = Wrong("502", request => Many(request.Out("X-Long: "), new string('a', 1024), 1024).Out("\r\n\r\na").End()),
        ["100,000 fields"] = Wrong("502", request => Many(request, string.Concat(Enumerable.Repeat("A:b\r\n", 100)), 1000).Out("\r\na").End()),
        ["NUL in a value"] = Wrong("502", request => request.Out("X-A: a\0b\r\n" + Head + "a").End()),
        ["a control byte in a value"] = Wrong("502", request => request.Out("X-A: a\u0001b\r\n" + Head + "a").End()),
        ["a control byte in a name"] = Wrong("502", request => request.Out("X\u0001A: a\r\n" + Head + "a").End()),
        ["a blank in a name"] = Wrong("502", request => request.Out("X A: a\r\n" + Head + "a").End()),
        ["a blank before the colon"] = Wrong("502", request => request.Out("X-A : a\r\n" + Head + "a").End()),
        ["an empty name"] = Wrong("502", request => request.Out(": a\r\n" + Head + "a").End()),
        ["a line without colon"] = Wrong("502", request => request.Out("nonsense\r\n" + Head + "a").End()),
        ["a folded line"] = Wrong("502", request => request.Out("X-A: a\r\n b\r\n" + Head + "a").End()),
        ["a byte of eight bits in a value"] = Right("200 a", request => request.Out("X-A: \u00e4\r\n" + Head + "a").End()),

        // The status.
        ["a status that is no number"] = Wrong("502", request => request.Out("Status: abc\r\n" + Head + "a").End()),
        ["a status of four digits"] = Wrong("502", request => request.Out("Status: 2000 OK\r\n" + Head + "a").End()),
        ["a status that nobody knows"] = Right("200 a", request => request.Out("Status: 299 Odd\r\n" + Head + "a").End()),
        ["a status of an interim answer"] = Wrong("502", request => request.Out("Status: 101 Switching Protocols\r\n" + Head + "a").End()),
        ["a status without reason"] = Right("404", request => request.Out("Status: 404\r\n" + Head + "a").End()),
        ["204 with a body"] = Right("204", request => request.Out("Status: 204 No Content\r\n" + Head + "body").End()),
        ["204 with a length"] = Right("204", request => request.Out("Status: 204 No Content\r\nContent-Length: 4\r\n\r\nbody").End()),
        ["304 with a body"] = Right("304", request => request.Out("Status: 304 Not Modified\r\n" + Head + "body").End()),

        // The length.
        ["a length that is too large"] = Wrong("200 a…", request => request.Out("Content-Length: 10\r\n" + Head + "a").End()),
        ["a length that is too small"] = Wrong("200 a", request => request.Out("Content-Length: 1\r\n" + Head + "abc").End()),
        ["a length that is too small, in two records"] = Wrong("200 a", request => request.Out("Content-Length: 1\r\n" + Head + "a").Out("bc").End()),
        ["two lengths"] = Wrong("502", request => request.Out("Content-Length: 1\r\nContent-Length: 2\r\n" + Head + "ab").End()),
        ["a length that is no number"] = Wrong("502", request => request.Out("Content-Length: one\r\n" + Head + "a").End()),
        ["a length below zero"] = Wrong("502", request => request.Out("Content-Length: -1\r\n" + Head + "a").End()),
        ["a length of 20 digits"] = Wrong("502", request => request.Out("Content-Length: 18446744073709551617\r\n" + Head + "a").End()),
    };

    private static Misbehaviour Wrong(string outcome, Action<Request> serve) => new(outcome, IsLogged: true, serve);

    private static Misbehaviour Right(string outcome, Action<Request> serve) => new(outcome, IsLogged: false, serve);

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static void Cut(Request request, byte[] bytes) => request.Raw(bytes).Close();

    private static Request OneByOne(Request request, string text) => text.Aggregate(request, (to, letter) => to.Out(letter.ToString()));

    private static Request Many(Request request, string text, int count) => Enumerable.Range(0, count).Aggregate(request, (to, _) => to.Out(text));
}
