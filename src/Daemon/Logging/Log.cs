using System;
using System.Text;

namespace Sluice.Daemon.Logging;

/// <summary>How much a line matters.</summary>
public enum Severity
{
    /// <summary>For who looks for a fault; said with <c>-vv</c> only.</summary>
    Debug,

    /// <summary>What a daemon says of its normal life.</summary>
    Info,

    /// <summary>Something works, but not as it should.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Error,
}

/// <summary>
/// What a process has to say to its operator: to standard error with <c>-d</c>, to the system log otherwise, and in a
/// child to the parent, which knows. Writing never waits.
/// </summary>
/// <remarks>
/// Whatever a line contains, it is one line: control characters and bytes beyond ASCII are encoded. To show where a
/// value of a peer begins and ends is the caller's task.
/// </remarks>
public sealed class Log
{
    /// <summary>Bytes of the longest printable text that is not cut.</summary>
    public const int LongestText = LineEncoding.LongestText;

    private readonly LogOutput _output;

    internal Log(LogOutput output, int verbosity)
    {
        _output = output;
        Verbosity = verbosity;
    }

    /// <summary>How often <c>-v</c> counts as given: by the command line, the configuration, or an operator since.</summary>
    public int Verbosity { get; internal set; }

    /// <summary>Whether <see cref="Debug(string)"/> says anything: ask before making an expensive text.</summary>
    public bool SaysDebug => Verbosity >= 2;

    /// <summary>Says that something does not work.</summary>
    public void Error(string text) => Write(Severity.Error, text);

    /// <summary>Says that something does not work as it should.</summary>
    public void Warning(string text) => Write(Severity.Warning, text);

    /// <summary>Says what happened.</summary>
    public void Info(string text) => Write(Severity.Info, text);

    /// <inheritdoc cref="Info(string)"/>
    public void Info(ReadOnlySpan<byte> text) => _output.Write(Severity.Info, text);

    /// <summary>Says what happened, a moment later and in company: for lines that come with requests. Allocates nothing.</summary>
    public void Gather(ReadOnlySpan<byte> text) => _output.Gather(text);

    /// <summary>Says what happened, with <c>-vv</c>.</summary>
    public void Debug(string text)
    {
        if (SaysDebug)
        {
            Write(Severity.Debug, text);
        }
    }

    /// <inheritdoc cref="Debug(string)"/>
    public void Debug(ReadOnlySpan<byte> text)
    {
        if (SaysDebug)
        {
            _output.Write(Severity.Debug, text);
        }
    }

    /// <summary>Says what was thrown, with its stack, a line each.</summary>
    /// <param name="what">What failed.</param>
    /// <param name="exception">What was thrown.</param>
    public void Failure(string what, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Error(what);
        foreach (string line in exception.ToString().Split('\n'))
        {
            Error($"  {line.TrimEnd()}");
        }
    }

    /// <summary>Says what others had to say, whatever the verbosity.</summary>
    public void Repeat(Severity severity, ReadOnlySpan<byte> line) => _output.Write(severity, line);

    /// <summary>Says it with a severity known only when it happens.</summary>
    internal void Say(Severity severity, string text) => Write(severity, text);

    /// <summary>Says several lines.</summary>
    internal void SayLines(Severity severity, string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Write(severity, line);
        }
    }

    private void Write(Severity severity, string text) => _output.Write(severity, Encoding.UTF8.GetBytes(text));
}

/// <summary>Where lines go.</summary>
internal abstract class LogOutput
{
    /// <summary>Takes one line, not encoded yet; must not wait.</summary>
    public abstract void Write(Severity severity, ReadOnlySpan<byte> text);

    /// <summary>Takes one that need not be said at once; others may follow.</summary>
    public virtual void Gather(ReadOnlySpan<byte> text) => Write(Severity.Info, text);
}
