using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Buffers;
using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>The terminal of this process, to ask for what must not be seen: readpassphrase(3). Its echo is back when this is disposed, and
/// when a signal ends the process.</summary>
public sealed class SilentTerminal : IDisposable
{
    private static readonly PosixSignal[] _ending = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly int _fd;
    private readonly PosixSignalRegistration[] _signals;
    private Libc.termios _before;

    private unsafe SilentTerminal(int fd, in Libc.termios before)
    {
        _fd = fd;
        _before = before;
        _signals = Array.ConvertAll(_ending, signal => PosixSignalRegistration.Create(signal, OnSignal));
        Libc.termios silent = before;
        silent.c_lflag &= ~(Libc.ECHO | Libc.ECHONL);
        _ = Libc.tcsetattr(fd, Libc.TCSAFLUSH, &silent);
    }

    /// <summary>Takes the terminal, and ends its echo; null where this process has none.</summary>
    public static unsafe SilentTerminal? Open()
    {
        fixed (byte* path = "/dev/tty\0"u8)
        {
            int fd = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
            Libc.termios before;
            if (fd >= 0 && Libc.tcgetattr(fd, &before) == 0)
            {
                return new SilentTerminal(fd, before);
            }

            _ = fd < 0 ? 0 : Libc.close(fd);
            return null;
        }
    }

    /// <summary>Asks, and reads a line.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="answer">Takes the line without its end; what does not fit is read over.</param>
    /// <returns>Bytes of the line, also those that did not fit.</returns>
    public int Ask(ReadOnlySpan<byte> question, SecretBytes answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _ = IoResult.Write(_fd, question);
        int length = 0;
        Span<byte> next = stackalloc byte[1];
        while (IoResult.Read(_fd, next).Bytes == 1 && next[0] is not ((byte)'\n' or (byte)'\r'))
        {
            if (length < answer.Span.Length)
            {
                answer.Span[length] = next[0];
            }

            length++;
        }

        next.Clear();
        _ = IoResult.Write(_fd, "\n"u8);
        return length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Restore();
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _ = Libc.close(_fd);
    }

    // On the runtime's signal thread; the process ends behind it.
    private void OnSignal(PosixSignalContext context) => Restore();

    private unsafe void Restore()
    {
        fixed (Libc.termios* before = &_before)
        {
            _ = Libc.tcsetattr(_fd, Libc.TCSAFLUSH, before);
        }
    }
}
