using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.System.Forwarding;

/// <summary>A field line.</summary>
/// <param name="Name">As sent.</param>
/// <param name="Value">Without the blanks around it.</param>
internal readonly record struct Field(string Name, string Value);

/// <summary>A whole message, as one reader takes it; bytes are characters.</summary>
/// <param name="Words">The three parts of the first line.</param>
/// <param name="Fields">In order.</param>
/// <param name="Content">The body without its framing.</param>
/// <param name="Chunks">The sizes of its chunks; empty for other bodies.</param>
/// <param name="Trailers">Behind a chunked body.</param>
internal sealed record Message(string[] Words, Field[] Fields, string Content, int[] Chunks, Field[] Trailers)
{
    // What concerns one connection (RFC 9110 7.6.1), and what a relay may write in its own way.
    private static readonly string[] _ofConnection =
        ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings"];

    public string Method => Words[0];

    public string Target => Words[1];

    public int Status => int.Parse(Words[1], global::System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The values of a field.</summary>
    public IEnumerable<string> Values(string name) =>
        Fields.Where(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value);

    /// <summary>What reaches the other end of a relay, in order: all but what concerns one connection, or what Connection names.</summary>
    public IEnumerable<Field> EndToEnd()
    {
        HashSet<string> named = new(
            Values("Connection").SelectMany(value => value.Split(',')).Select(option => option.Trim(' ', '\t')),
            StringComparer.OrdinalIgnoreCase);
        named.ExceptWith(["Host", "Content-Length"]);
        return Fields.Where(field => !named.Contains(field.Name) && !_ofConnection.Contains(field.Name, StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>What a reader makes of all that came over a connection.</summary>
/// <param name="Messages">The whole ones.</param>
/// <param name="Mistake">Why it reads no further; null where nothing is wrong.</param>
/// <param name="Rest">What is not read: of a message that is not whole, or from the mistake's message on.</param>
internal sealed record Reading(IReadOnlyList<Message> Messages, string? Mistake, string Rest);
