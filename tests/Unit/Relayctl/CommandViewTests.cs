using System.IO;

using Sluice.Control;
using Sluice.Relayctl;

using Xunit;

namespace Sluice.Unit.Relayctl;

public sealed class CommandViewTests
{
    [Fact]
    public void A_command_says_that_it_succeeded() => Assert.Equal((0, "command succeeded\n", ""), End(new PollRequest(), Outcome.Done));

    [Fact]
    public void A_command_says_that_it_failed() =>
        Assert.Equal((1, "command failed\n", ""), End(new CommandRequest(CommandWord.EnableHost, new Target(9, "")), Outcome.Failed));

    [Fact]
    public void A_request_to_log_is_said_to_be_sent() =>
        Assert.Equal((0, "logging request sent.\n", ""), End(new LogRequest(LogWord.Brief), Outcome.Done));

    [Fact]
    public void A_load_that_is_done_says_nothing() => Assert.Equal((0, "", ""), End(new LoadRequest("x"), Outcome.Done));

    [Fact]
    public void A_reload_that_is_refused_says_what_the_parser_says() =>
        Assert.Equal((1, "", "x:1: syntax error\n"), End(new ReloadRequest(), Outcome.Failed, new TextRow("x:1: "), new TextRow("syntax error\n")));

    private static (int Status, string Output, string Messages) End(Request request, Outcome outcome, params Reply[] replies)
    {
        using StringWriter output = new();
        using StringWriter messages = new();
        CommandView view = new(request, output, messages);
        System.Array.ForEach(replies, view.Show);
        return (view.End(outcome), output.ToString(), messages.ToString());
    }
}
