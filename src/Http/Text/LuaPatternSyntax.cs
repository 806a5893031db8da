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

    /// <summary>The runs of single bytes that are not repeated; captures stand for nothing of their own.</summary>
    public static RequiredText[] Required(ReadOnlySpan<byte> pattern)
    {
        bool isAnchored = pattern.StartsWith("^"u8);
        LiteralRuns runs = new(new byte[pattern.Length], isAnchored ? RequiredPlace.Beginning : RequiredPlace.Anywhere);
        int at = isAnchored ? 1 : 0;
        while (at < pattern.Length && TryRequire(pattern, ref at, ref runs))
        {
        }

        return runs.All();
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

    // One item; false where nothing behind it can be told.
    private static bool TryRequire(ReadOnlySpan<byte> pattern, ref int at, ref LiteralRuns runs)
    {
        byte item = pattern[at];
        byte escaped = item == '%' && at + 1 < pattern.Length ? pattern[at + 1] : (byte)0;
        switch ((char)item)
        {
            case '(' or ')':
                at++;
                return true;
            case '$' when at + 1 == pattern.Length:
                return false;
            case '%' when escaped is (byte)'b' or (byte)'f' || char.IsAsciiDigit((char)escaped):
                runs.End();
                at += escaped == 'b' ? 4 : 2;
                return escaped != 'f' || (at < pattern.Length && ClassEnd(pattern, at, out at) == LuaPatternError.None);
            default:
                return TryRequireSingle(pattern, ref at, ref runs);
        }
    }

    private static bool TryRequireSingle(ReadOnlySpan<byte> pattern, ref int at, ref LiteralRuns runs)
    {
        byte first = pattern[at];
        byte value = first == '%' && at + 1 < pattern.Length ? pattern[at + 1] : first;
        bool isLiteral = first == '%' ? !char.IsAsciiLetterOrDigit((char)value) : first is not ((byte)'.' or (byte)'[');
        if (ClassEnd(pattern, at, out at) != LuaPatternError.None)
        {
            return false;
        }

        char repetition = at < pattern.Length ? (char)pattern[at] : '\0';
        bool isRepeated = repetition is '*' or '+' or '-' or '?';
        at += isRepeated ? 1 : 0;
        if (isLiteral && (!isRepeated || repetition == '+'))
        {
            runs.Add(value);
        }

        if (!isLiteral || isRepeated)
        {
            runs.End();
        }

        return true;
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
