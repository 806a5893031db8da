using System;

namespace Sluice.Http.Text;

/// <summary>The parts of a pattern, and the walk over them without a subject.</summary>
internal static class LuaPatternSyntax
{
    /// <summary>Finds the first fault. A pattern has no alternatives, so which captures are open and closed at a place is known.</summary>
    public static LuaPatternError Check(ReadOnlySpan<byte> pattern)
    {
        Span<LuaCaptureState> states = stackalloc LuaCaptureState[LuaPattern.MostCaptures];
        int count = 0;
        int at = pattern.StartsWith("^"u8) ? 1 : 0;
        while (at < pattern.Length)
        {
            LuaPatternError error;
            switch (pattern[at])
            {
                case (byte)'(' when count == LuaPattern.MostCaptures:
                    return LuaPatternError.TooManyCaptures;
                case (byte)'(':
                    bool isPosition = pattern[at..].StartsWith("()"u8);
                    states[count++] = isPosition ? LuaCaptureState.Position : LuaCaptureState.Open;
                    at += isPosition ? 2 : 1;
                    continue;
                case (byte)')':
                    int open = states[..count].LastIndexOf(LuaCaptureState.Open);
                    if (open < 0)
                    {
                        return LuaPatternError.PatternCapture;
                    }

                    states[open] = LuaCaptureState.Closed;
                    at++;
                    continue;
                default:
                    error = Item(pattern, states[..count], ref at);
                    break;
            }

            if (error != LuaPatternError.None)
            {
                return error;
            }
        }

        return states[..count].Contains(LuaCaptureState.Open) ? LuaPatternError.UnfinishedCapture : LuaPatternError.None;
    }

    /// <summary>Where the class that begins at a place ends: a byte, <c>%x</c> or a set.</summary>
    public static LuaPatternError ClassEnd(ReadOnlySpan<byte> pattern, int start, out int end)
    {
        end = start + 1;
        if (pattern[start] == '%')
        {
            end++;
            return end > pattern.Length ? LuaPatternError.EndsWithPercent : LuaPatternError.None;
        }

        if (pattern[start] != '[')
        {
            return LuaPatternError.None;
        }

        int at = start + 1;
        at += at < pattern.Length && pattern[at] == '^' ? 1 : 0;
        int first = at;
        while (at < pattern.Length && (pattern[at] != ']' || at == first))
        {
            at += pattern[at] == '%' ? 2 : 1;
        }

        end = at + 1;
        return at >= pattern.Length ? LuaPatternError.MissingBracket : LuaPatternError.None;
    }

    private static LuaPatternError Item(ReadOnlySpan<byte> pattern, ReadOnlySpan<LuaCaptureState> states, ref int at)
    {
        char kind = pattern[at] == '%' && at + 1 < pattern.Length ? (char)pattern[at + 1] : '\0';
        switch (kind)
        {
            case 'b':
                at += 4;
                return at > pattern.Length ? LuaPatternError.MissingBalance : LuaPatternError.None;
            case 'f':
                at += 2;
                return at < pattern.Length && pattern[at] == '[' ? ClassEnd(pattern, at, out at) : LuaPatternError.MissingFrontierSet;
            case >= '0' and <= '9':
                at += 2;
                int index = kind - '1';
                return index >= 0 && index < states.Length && states[index] != LuaCaptureState.Open
                    ? LuaPatternError.None
                    : LuaPatternError.CaptureIndex;
            default:
                LuaPatternError error = ClassEnd(pattern, at, out at);
                if (error == LuaPatternError.None && at < pattern.Length && pattern[at] is (byte)'*' or (byte)'+' or (byte)'-' or (byte)'?')
                {
                    at++;
                }

                return error;
        }
    }
}
