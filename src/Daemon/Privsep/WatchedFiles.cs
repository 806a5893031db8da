using System;
using System.Collections.Generic;

using Sluice.Daemon.Logging;

namespace Sluice.Daemon.Privsep;

/// <summary>Files of a configuration that may be replaced while it is in use, such as certificates: what is new in them is taken up without a reload (D-46).</summary>
/// <param name="Paths">Each once, one character for each byte; a file that is not there may come.</param>
/// <param name="Renew">Reads those that have changed. Null where nothing comes of it; what is wrong with a file is said to the log.</param>
public sealed record WatchedFiles(IReadOnlyList<string> Paths, Func<FilesChange, Renewal?> Renew);

/// <summary>Watched files have changed, and rest.</summary>
/// <param name="Running">The configuration in use.</param>
/// <param name="Paths">Those that have changed.</param>
/// <param name="Log">For the operator.</param>
public sealed record FilesChange(LoadedConfiguration Running, IReadOnlySet<string> Paths, Log Log);

/// <summary>What becomes of a configuration by files that have changed.</summary>
/// <param name="WithKeys">It with all keys, those that are new included, so that the process which has them looks whether they fit; null where none is new.</param>
/// <param name="Finish">Gets the numbers of keys that are of no use, and makes what comes into use; null for nothing.</param>
public sealed record Renewal(LoadedConfiguration? WithKeys, Func<IReadOnlySet<int>, LoadedConfiguration?> Finish);
