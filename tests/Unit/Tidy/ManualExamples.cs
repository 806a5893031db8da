using System.Collections.Generic;
using System.Globalization;
using System.IO;

using Sluice.Configuration;

namespace Sluice.Unit.Tidy;

/// <summary>What a parser says about texts that are shown as configurations.</summary>
internal static class ManualExamples
{
    /// <summary>All that is said about a text, warnings too; nothing for one that may stand as an example.</summary>
    public static IEnumerable<string> Findings(Diagnostics diagnostics)
    {
        using StringWriter said = new(CultureInfo.InvariantCulture);
        diagnostics.Print(said);
        return said.ToString() is { Length: > 0 } messages ? [messages] : [];
    }
}
