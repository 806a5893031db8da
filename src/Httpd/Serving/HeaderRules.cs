using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Configuration;
using Sluice.Http.Messages;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Serving;

/// <summary>What an answer is, and so which rules change it.</summary>
internal enum AnswerKind
{
    /// <summary>The answer to what was asked: a file, a part of it, that it is unchanged.</summary>
    Content,

    /// <summary>A page of our own, be it an error or a redirect, or an application's answer with a code of that kind.</summary>
    Page,
}

/// <summary>The <c>header</c> rules of a place (H-HTTP-48 to H-HTTP-53), applied when a head is prepared.</summary>
/// <remarks>Rules for fields that frame the message have no effect: see <see cref="IsOwn"/>.</remarks>
internal sealed class HeaderRules
{
    private static readonly HeaderRules _none = new([]);

    private readonly Rule[] _rules;

    private HeaderRules(Rule[] rules)
    {
        _rules = rules;
    }

    /// <summary>Makes the bytes of the rules that have an effect.</summary>
    public static HeaderRules Of(Sequence<HeaderRule> rules)
    {
        if (rules.Count == 0)
        {
            return _none;
        }

        List<Rule> made = [];
        foreach (HeaderRule rule in rules)
        {
            byte[] name = Bytes.Of(rule.Name);
            if (!IsOwn(name) && !(rule.Action == HeaderAction.Remove && Is(name, "Server"u8)))
            {
                made.Add(new Rule(rule.Action, name, Bytes.Of(rule.Value), rule.Always));
            }
        }

        return new HeaderRules([.. made]);
    }

    /// <summary>What an application's answer with this code is (H-HTTP-51).</summary>
    public static AnswerKind KindOf(int status) =>
        status is 200 or 201 or 204 or 206 or 301 or 302 or 303 or 304 or 307 or 308 ? AnswerKind.Content : AnswerKind.Page;

    /// <summary>Whether a field says how the message is framed or sent: no rule may change it.</summary>
    public static bool IsOwn(ReadOnlySpan<byte> name) =>
        Is(name, "Connection"u8) || Is(name, "Content-Length"u8) || Is(name, "Date"u8) || Is(name, "Transfer-Encoding"u8);

    /// <summary>Changes the fields of an answer, in the order of the rules.</summary>
    /// <param name="fields">All fields but those that no rule may change.</param>
    /// <param name="kind">Pages are changed by rules with <c>always</c> only (H-HTTP-51).</param>
    public void Apply(ResponseFields fields, AnswerKind kind)
    {
        foreach (Rule rule in _rules)
        {
            if (kind == AnswerKind.Page && !rule.Always)
            {
                continue;
            }

            switch (rule.Action)
            {
                case HeaderAction.Set:
                    fields.Set(rule.Name, rule.Value);
                    break;
                case HeaderAction.Add:
                    fields.Add(rule.Name, rule.Value);
                    break;
                case HeaderAction.Remove:
                default:
                    fields.Remove(rule.Name);
                    break;
            }
        }
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(name, other);

    private readonly record struct Rule(HeaderAction Action, byte[] Name, byte[] Value, bool Always);
}
