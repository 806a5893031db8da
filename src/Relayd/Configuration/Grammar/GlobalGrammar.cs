using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Http.Logging;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>GLOBAL OPTIONS of relayd.conf(5) (R-CONF-20 to -29).</summary>
internal sealed class GlobalGrammar(LoadState state)
{
    private const string Logs = "log takes: state changes, host checks, connection, connection errors, level verbose, level brief, style, json";

    private readonly TokenReader _reader = state.Reader;
    private readonly GlobalOptions _global = state.Global;

    /// <summary>Reads one option; false where something else comes next.</summary>
    public bool Read()
    {
        switch (_reader.Peek().Text)
        {
            case "interval":
                _ = _reader.Take();
                _global.Interval = Durations.Interval(_reader);
                return true;
            case "timeout":
                _ = _reader.Take();
                _global.Timeout = Durations.CheckTimeout(_reader);
                return true;
            case "prefork":
                _ = _reader.Take();
                _global.Prefork = (int)Numbers.Read(_reader, "prefork", 1, Limits.Prefork, "invalid number of preforked relays: {0}");
                WarnIfLate("prefork");
                return true;
            case "socket":
                _ = _reader.Take();
                _global.Socket = Strings.Read(_reader, "the path of a socket", Limits.AgentXPath, "socket path too long");
                WarnIfLate("socket");
                return true;
            case "agentx":
                _ = _reader.Take();
                AgentX();
                WarnIfLate("agentx");
                return true;
            case "log":
                _ = _reader.Take();
                _global.Log = Log(_global.Log);
                return true;
            default:
                return false;
        }
    }

    /// <summary>"agentx" [ "context" string ] [ "path" string ]</summary>
    private void AgentX()
    {
        string? context = _reader.TakeKeyword("context")
            ? Strings.Read(_reader, "a context", Limits.AgentXContext, "agentx context too long")
            : null;
        string path = _reader.TakeKeyword("path")
            ? Strings.Read(_reader, "the path of a socket", Limits.AgentXPath, "agentx path too long")
            : GlobalOptions.DefaultAgentXPath;
        _global.AgentX = new AgentX(path, context);
    }

    /// <summary>What is asked for adds up: no line takes back what another one wants.</summary>
    private LogSettings Log(LogSettings log)
    {
        Token token = _reader.Peek();
        if (_reader.TakeKeyword("state"))
        {
            _reader.ExpectKeyword("changes");
            return log with { StateChanges = true };
        }

        if (_reader.TakeKeyword("host"))
        {
            _reader.ExpectKeyword("checks");
            return log with { StateChanges = true, HostChecks = true };
        }

        if (_reader.TakeKeyword("connection"))
        {
            SessionLog sessions = _reader.TakeKeyword("errors") ? SessionLog.Errors : SessionLog.All;
            return sessions > log.Sessions ? log with { Sessions = sessions } : log;
        }

        if (_reader.TakeKeyword("level"))
        {
            return log with { Level = Level() };
        }

        if (_reader.TakeKeyword("style"))
        {
            return log with { Requests = Style() };
        }

        if (_reader.TakeWord("json"))
        {
            return log with { Requests = LogStyle.Json };
        }

        _reader.SyntaxError(OldSyntax.OfLog(token.Text) ?? Logs);
        return log;
    }

    private LogStyle Style()
    {
        (string Word, LogStyle Style)[] styles = [("common", LogStyle.Common), ("combined", LogStyle.Combined), ("forwarded", LogStyle.Forwarded)];
        foreach ((string word, LogStyle style) in styles)
        {
            if (_reader.TakeWord(word))
            {
                return style;
            }
        }

        _reader.SyntaxError("A style is common, combined or forwarded; or write: log json");
        return LogStyle.Common;
    }

    private LogLevel Level()
    {
        if (_reader.TakeKeyword("verbose"))
        {
            return LogLevel.Verbose;
        }

        if (!_reader.TakeKeyword("brief"))
        {
            _reader.SyntaxError("A level is verbose or brief.");
        }

        return LogLevel.Brief;
    }

    private void WarnIfLate(string option)
    {
        if (state.HasSection)
        {
            _reader.Warning(
                $"{option} is taken although it stands behind a table or section, where OpenBSD's relayd does not see it",
                "Move the line above the first table.");
        }
    }
}
