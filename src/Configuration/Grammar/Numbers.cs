using System;

namespace Sluice.Configuration.Grammar;

/// <summary>Numbers within limits.</summary>
public static class Numbers
{
    /// <summary>Reads a number from a range; the least of it after a mistake.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="what">What the number stands for, for the remedy.</param>
    /// <param name="least">The least that is accepted.</param>
    /// <param name="most">The most.</param>
    /// <param name="message">The message for what is outside, with <c>{0}</c> for the number.</param>
    public static long Read(TokenReader reader, string what, long least, long most, string message)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(message);
        long number = reader.ExpectNumber(what);
        if (!reader.Failed && (number < least || number > most))
        {
            string text = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            reader.Error(reader.Previous, message.Replace("{0}", text, StringComparison.Ordinal), Range(what, least, most));
        }

        return reader.Failed ? least : number;
    }

    private static string Range(string what, long least, long most) =>
        most == long.MaxValue ? $"{what} is {least} or more." : $"{what} is a number from {least} to {most}.";
}
