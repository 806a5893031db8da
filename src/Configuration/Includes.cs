using System;
using System.Collections.Generic;

namespace Sluice.Configuration;

/// <summary>The files that are being read: the innermost include on top.</summary>
internal sealed class Includes(IHostFacts host, Diagnostics diagnostics, LongStrings longStrings)
{
    /// <summary>Deeper nesting is a mistake; it bounds what hostile or generated files can make us hold.</summary>
    private const int Deepest = 64;

    private readonly Stack<Input> _inputs = new();

    /// <summary>The file that is read now.</summary>
    public Input Current => _inputs.Peek();

    /// <summary>Begins with the first file.</summary>
    public void Begin(SourceText source, string identity) => _inputs.Push(new Input(source, identity, firstLine: 1));

    /// <summary>Continues with included files, one after the other; false, with a message, where one cannot be read.</summary>
    /// <param name="paths">As written, relative to the working directory.</param>
    /// <param name="position">Where they are included.</param>
    public bool Enter(IReadOnlyList<string> paths, Position position)
    {
        int errors = diagnostics.Errors;
        Input? first = Open(paths, 0, position);
        if (first is not null)
        {
            _inputs.Push(first);
        }

        return diagnostics.Errors == errors;
    }

    /// <summary>Goes on to the next file of a list, or back to the including file; false when the first file has ended.</summary>
    public bool Leave()
    {
        if (_inputs.Count == 1)
        {
            return false;
        }

        Input left = _inputs.Pop();
        if (Open(left.Paths, left.Index + 1, left.Included) is { } next)
        {
            _inputs.Push(next);
        }

        return true;
    }

    private Input? Open(IReadOnlyList<string> paths, int index, Position position)
    {
        for (int i = index; i < paths.Count; i++)
        {
            if (Open(paths[i], position) is { } source)
            {
                // The rest of the including line follows the file, so the included text begins with a newline of its own.
                Input input = new(source, host.Identity(paths[i]), firstLine: 0) { Paths = paths, Index = i, Included = position };
                input.Pushed.Push('\n');
                return input;
            }
        }

        return null;
    }

    private SourceText? Open(string path, Position position)
    {
        byte[]? text = path.Contains('\0', StringComparison.Ordinal) ? null : host.Read(path);
        if (text is null)
        {
            diagnostics.Error(
                position,
                $"failed to include file {path}",
                longStrings.Remedy(position) ?? "The path is relative to the directory in which the program was started; write an absolute one.");
            return null;
        }

        string identity = host.Identity(path);
        foreach (Input open in _inputs)
        {
            if (string.Equals(open.Identity, identity, StringComparison.Ordinal))
            {
                diagnostics.Error(position, $"failed to include file {path}: it includes itself", "Remove one of the include lines of the circle.");
                return null;
            }
        }

        if (_inputs.Count >= Deepest)
        {
            diagnostics.Error(position, $"failed to include file {path}: nested more than {Deepest} deep");
            return null;
        }

        SourceText source = new(path, text);
        source.WarnOfWriters(host, diagnostics);
        return source;
    }

    /// <summary>An open file.</summary>
    internal sealed class Input(SourceText source, string identity, int firstLine)
    {
        public SourceText Source { get; } = source;

        public string Identity { get; } = identity;

        /// <summary>The list of files that one include named, of which this is one; empty for the first file.</summary>
        public IReadOnlyList<string> Paths { get; init; } = [];

        /// <summary>Which of them it is.</summary>
        public int Index { get; init; }

        /// <summary>Where they were included.</summary>
        public Position Included { get; init; }

        /// <summary>The next byte, 0 to the length of the text.</summary>
        public int Offset { get; set; }

        /// <summary>The physical line that is being read.</summary>
        public int Line { get; set; } = firstLine;

        /// <summary>Characters to be read before the text goes on: what was read too far, and values of macros.</summary>
        public Stack<int> Pushed { get; } = new();

        /// <summary>Whether the newline that ends every file has been supplied.</summary>
        public bool HasEnded { get; set; }
    }
}
