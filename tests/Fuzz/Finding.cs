using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Sluice.Fuzz;

/// <summary>An input on which a target and its oracle disagree.</summary>
/// <param name="Seed">Generates the input: <c>--seed</c> with it finds it at once.</param>
/// <param name="Input">As small as could be made.</param>
/// <param name="Reason">What the check said of it.</param>
internal sealed record Finding(int Seed, byte[] Input, string Reason)
{
    private const int MaximumChecks = 4000;
    private const int ShownBytes = 2000;

    /// <summary>Runs the check; an exception that escapes it is a finding.</summary>
    public static string? Reasons(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        try
        {
            return target.Check(input);
        }
#pragma warning disable CA1031 // Whatever escapes is what the fuzzer looks for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.ToString();
        }
    }

    /// <summary>Takes out bytes as long as something remains wrong.</summary>
    public Finding Shrink(FuzzTarget target)
    {
        Finding smallest = this;
        int checks = 0;
        for (int size = Math.Max(Input.Length / 2, 1); size > 0; size /= 2)
        {
            for (int at = 0; at < smallest.Input.Length && checks < MaximumChecks; checks++)
            {
                byte[] input = smallest.Input;
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(at + size, input.Length))];
                if (Reasons(target, shorter) is { } reason)
                {
                    smallest = smallest with { Input = shorter, Reason = reason };
                }
                else
                {
                    at += size;
                }
            }
        }

        return smallest;
    }

    /// <summary>Text of several lines for who mends it.</summary>
    public string Describe()
    {
        StringBuilder text = new();
        text.AppendLine(Reason);
        text.Append(CultureInfo.InvariantCulture, $"  input of {Input.Length} bytes: \"");
        foreach (byte value in Input.Take(ShownBytes))
        {
            text.Append(value switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                (byte)'"' or (byte)'\\' => "\\" + (char)value,
                >= 0x20 and < 0x7f => ((char)value).ToString(),
                _ => $"\\x{value:x2}",
            });
        }

        return text.Append(Input.Length > ShownBytes ? "\" (cut)" : "\"").ToString();
    }
}
