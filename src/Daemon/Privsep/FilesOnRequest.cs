using System;
using System.Collections.Generic;

namespace Sluice.Daemon.Privsep;

/// <summary>Files that a role may have opened by the parent, for reading, again and again: for one that sees no file system itself. It
/// asks by number, so a parent takes no path from a child.</summary>
/// <param name="Role">Whose.</param>
/// <param name="Paths">Where they are below <see cref="LoadedConfiguration.Root"/>, whatever links lie on the way.</param>
public sealed record FilesOnRequest(string Role, IReadOnlyList<ReadOnlyMemory<byte>> Paths);
