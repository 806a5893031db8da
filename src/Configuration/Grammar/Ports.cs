using System;
using System.Globalization;

namespace Sluice.Configuration.Grammar;

/// <summary>Ports by number or by the name of a service.</summary>
public static class Ports
{
    private const string Known = "A port is a number from 1 to 65535 or a name from services(5), which is the file /etc/services.";

    /// <summary>Reads the number or name; zero after a mistake.</summary>
    /// <param name="reader">The tokens; the next belongs to the port.</param>
    /// <param name="host">Knows the services.</param>
    public static int Read(TokenReader reader, IHostFacts host)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Token token = reader.Peek();
        if (token.Kind is not (TokenKind.Number or TokenKind.Text))
        {
            reader.SyntaxError(Known);
            return 0;
        }

        _ = reader.Take();
        int? port = token.Kind == TokenKind.Text ? Find(token.Text, host) : token.Number is >= 1 and <= 65535 ? (int)token.Number : null;
        if (port is null)
        {
            reader.Error(token.Position, $"invalid port: {token.Text}", Known);
        }

        return port ?? 0;
    }

    /// <summary>The port that a string means, a number from 0 or a service of TCP or UDP; null where it means none.</summary>
    /// <param name="text">A string of the configuration.</param>
    /// <param name="host">Knows the services.</param>
    public static int? Find(string text, IHostFacts host)
    {
        ArgumentNullException.ThrowIfNull(host);
        bool isNumber = int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
        return isNumber && number is >= 0 and <= 65535 ? number : host.Service(text, "tcp") ?? host.Service(text, "udp");
    }
}
