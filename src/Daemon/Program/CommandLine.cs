using System;
using System.Collections.Generic;
using System.IO;

namespace Sluice.Daemon.Program;

/// <summary>What a start is for.</summary>
public enum StartMode
{
    /// <summary>No option: the daemon goes to the background once it is ready.</summary>
    Background,

    /// <summary><c>-d</c>: it stays and logs to standard error.</summary>
    Foreground,

    /// <summary><c>-n</c>: it reads its configuration, says what it thinks of it, and ends.</summary>
    Check,
}

/// <summary>A macro that the command line defines and the configuration file cannot change.</summary>
/// <param name="Name">What stands before the first <c>=</c>.</param>
/// <param name="Value">What stands behind it.</param>
public sealed record MacroDefinition(string Name, string Value);

/// <summary>The options of httpd(8) and relayd(8), read as getopt(3) reads them.</summary>
public sealed class CommandLine
{
    private bool _isForeground;
    private bool _isCheck;
    private readonly List<MacroDefinition> _macros = [];

    private CommandLine(IReadOnlyList<string> arguments, string configurationFile)
    {
        Arguments = arguments;
        ConfigurationFile = configurationFile;
    }

    /// <summary>What the start is for; <c>-n</c> wins over <c>-d</c>.</summary>
    public StartMode Mode => _isCheck ? StartMode.Check : _isForeground ? StartMode.Foreground : StartMode.Background;

    /// <summary>How often <c>-v</c> stands there: 1 is verbose, 2 and more log debugging lines.</summary>
    public int Verbosity { get; private set; }

    /// <summary>The macros of <c>-D</c>, in their order.</summary>
    public IReadOnlyList<MacroDefinition> Macros => _macros;

    /// <summary>The file of <c>-f</c>, or the program's default.</summary>
    public string ConfigurationFile { get; private set; }

    /// <summary>What <see cref="ConfigurationFile"/> says, where it was not named by the command line but handed over; null to read it.</summary>
    public ReadOnlyMemory<byte>? ConfigurationText { get; private init; }

    /// <summary>The arguments as they were given.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The same for another file that was handed over.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="text">What it says.</param>
    internal CommandLine For(string file, byte[] text)
    {
        CommandLine other = new(Arguments, file) { _isForeground = _isForeground, _isCheck = _isCheck, Verbosity = Verbosity, ConfigurationText = text };
        other._macros.AddRange(_macros);
        return other;
    }

    /// <summary>Reads the arguments of Main.</summary>
    /// <param name="program">For the usage line and the default file.</param>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="errors">Gets what is wrong, and the usage.</param>
    /// <returns>Null when the program must end with status 1.</returns>
    public static CommandLine? Parse(DaemonProgram program, IReadOnlyList<string> arguments, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(errors);
        CommandLine commandLine = new(arguments, program.DefaultConfigurationFile);
        string? mistake = commandLine.ReadAll(errors);
        if (mistake is null)
        {
            return commandLine;
        }

        if (mistake.Length > 0)
        {
            errors.WriteLine($"{program.Name}: {mistake}");
        }

        errors.WriteLine($"usage: {program.Name} [-dnv] [-D macro=value] [-f file]");
        return null;
    }

    // Null if all is well, empty where getopt has no message of its own: for an operand.
    private string? ReadAll(TextWriter errors)
    {
        for (int index = 0; index < Arguments.Count; index++)
        {
            string argument = Arguments[index];
            if (argument is "--")
            {
                return index + 1 == Arguments.Count ? null : "";
            }

            if (argument.Length < 2 || argument[0] != '-')
            {
                return "";
            }

            if (ReadGroup(argument, ref index, errors) is { } mistake)
            {
                return mistake;
            }
        }

        return null;
    }

    // One argument such as -dvv or -fFILE; index moves on where an option's value is the next argument.
    private string? ReadGroup(string group, ref int index, TextWriter errors)
    {
        for (int at = 1; at < group.Length; at++)
        {
            char option = group[at];
            switch (option)
            {
                case 'd':
                    _isForeground = true;
                    break;
                case 'n':
                    _isCheck = true;
                    break;
                case 'v':
                    Verbosity++;
                    break;
                case 'D' or 'f':
                    string? value = at + 1 < group.Length ? group[(at + 1)..]
                        : index + 1 < Arguments.Count ? Arguments[++index]
                        : null;
                    if (value is null)
                    {
                        return $"option requires an argument -- {option}";
                    }

                    TakeValue(option, value, errors);
                    return null;
                default:
                    return $"unknown option -- {option}";
            }
        }

        return null;
    }

    private void TakeValue(char option, string value, TextWriter errors)
    {
        if (option == 'f')
        {
            ConfigurationFile = value;
            return;
        }

        // At the first '=': upstream splits at the last one, so that a value with '=' ends up in the name.
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            errors.WriteLine($"could not parse macro definition {value}");
            return;
        }

        _macros.Add(new MacroDefinition(value[..equals], value[(equals + 1)..]));
    }
}
