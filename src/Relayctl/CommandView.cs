using System.IO;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>What came of a command: in words of its own, or none (R-CTL-10, -11, -13, -21).</summary>
/// <param name="request">What was asked.</param>
/// <param name="output">Writes each character as one byte.</param>
/// <param name="messages">Where the parser's messages go; the same.</param>
internal sealed class CommandView(Request request, TextWriter output, TextWriter messages) : View
{
    public override void Show(Reply reply)
    {
        if (reply is TextRow text)
        {
            messages.Write(text.Text);
        }
    }

    public override int End(Outcome outcome)
    {
        switch (request)
        {
            case CommandRequest or AddHostRequest or PollRequest or PurgeRequest:
                output.Write(outcome == Outcome.Done ? "command succeeded\n" : "command failed\n");
                break;
            case LogRequest when outcome == Outcome.Done:
                output.Write("logging request sent.\n");
                break;
            default:
                break;
        }

        return outcome == Outcome.Done ? 0 : 1;
    }

    public override void Flush()
    {
        output.Flush();
        messages.Flush();
    }
}
