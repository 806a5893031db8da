using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Daemon.Logging;

namespace Sluice.Unit.Fakes;

/// <summary>Keeps what a process says.</summary>
internal sealed class SaidLines : LogOutput
{
    public List<string> Lines { get; } = [];

    public override void Write(Severity severity, ReadOnlySpan<byte> text) => Lines.Add($"{severity} {Encoding.UTF8.GetString(text)}");
}
