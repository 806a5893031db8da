using System;
using System.IO;
using System.Text;
using System.Text.Json;

using Sluice.Control;
using Sluice.Engine.Loop;

namespace Sluice.Relayctl;

/// <summary>relayctl(8).</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        // Names have a character for each byte, so that they leave as they were configured; messages of ours are ASCII or what the user wrote.
        using Stream bytes = Console.OpenStandardOutput();
        using StreamWriter output = new(bytes, Encoding.Latin1, bufferSize: 16 * 1024, leaveOpen: true);
        using StreamWriter parserMessages = new(Console.OpenStandardError(), Encoding.Latin1);
        using StreamWriter messages = new(Console.OpenStandardError()) { NewLine = "\n" };
        if (CommandLine.Parse(arguments, messages) is not { } commandLine)
        {
            return 1;
        }

        using Utf8JsonWriter json = new(bytes);
        View view = (commandLine.Request, commandLine.Format) switch
        {
            (MonitorRequest, _) => new EventView(commandLine.Format, output, bytes),
            (ShowRequest show, Format.Json) => new JsonView(show.Subject, json, bytes),
            (ShowRequest show, _) => new TextView(show.Subject, commandLine.Detail, output),
            _ => new CommandView(commandLine.Request, output, parserMessages),
        };
        using EventLoop loop = new(new SystemClock());
        Conversation conversation = new(loop, commandLine, view, messages);
        loop.Failed = failure => messages.WriteLine($"relayctl: {failure}");
        loop.Spawn(async () =>
        {
            try
            {
                await conversation.Run();
            }
            finally
            {
                loop.Stop();
            }
        });
        loop.Run();
        return conversation.Status;
    }
}
