using System;
using System.IO;

namespace Sluice.Htpasswd;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (CommandLine.Parse(arguments) is not { } commandLine)
        {
            Console.Error.WriteLine("usage: htpasswd [file] login\n       htpasswd -I [file]");
            return 1;
        }

        using Entry entry = new();
        using Stream input = Console.OpenStandardInput();
        string? mistake = commandLine.Login is { } login ? entry.Ask(login) : entry.ReadBatch(input);
        mistake ??= entry.Hash();
        mistake ??= commandLine.File is { } file ? PasswordFile.Store(file, entry, Console.Error) : Print(entry);
        if (mistake is null)
        {
            return 0;
        }

        Console.Error.WriteLine($"htpasswd: {mistake}");
        return 1;
    }

    private static string? Print(Entry entry)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(entry.Line);
        return null;
    }
}
