using System;

namespace Sluice.Daemon.Privsep;

/// <summary>
/// What a role is told beside its payload, and again and again while a configuration is in use: what changes by itself, such
/// as keys that are used for a time. A new process has it before it begins.
/// </summary>
/// <param name="Role">Whom.</param>
/// <param name="Period">How often it is made anew, in whole seconds.</param>
/// <param name="Make">Makes it: the program's own format, less than 65,000 bytes. Gets the loop's time.</param>
public sealed record Supplement(string Role, TimeSpan Period, Func<TimeSpan, ReadOnlyMemory<byte>> Make);
