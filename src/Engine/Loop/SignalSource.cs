using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

using Sluice.Engine.Native;

namespace Sluice.Engine.Loop;

/// <summary>Brings signals to the loop: the runtime's signal thread writes to an eventfd, the loop calls back.</summary>
/// <remarks>
/// Signals of one kind that arrive before the loop looks are one, as in signal(7). What the signal would have done by
/// itself (ending the process) it does no more.
/// </remarks>
public sealed class SignalSource : Descriptor, IDisposable
{
    private readonly Action<PosixSignal> _arrived;
    private readonly PosixSignal[] _signals;
    private readonly PosixSignalRegistration[] _registrations;

    // Bit i is set when _signals[i] has come; the one field that two threads touch.
    private int _pending;

    /// <summary>Starts listening for signals.</summary>
    /// <param name="loop">Calls back on its thread.</param>
    /// <param name="arrived">Gets the signal that came.</param>
    /// <param name="signals">At most 31 different ones.</param>
    /// <exception cref="IOException">The system has no descriptor left.</exception>
    public SignalSource(EventLoop loop, Action<PosixSignal> arrived, params PosixSignal[] signals)
        : base(loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(signals);
        _arrived = arrived;
        _signals = signals;
        Fd = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        Errno error = Fd < 0
            ? (Errno)Marshal.GetLastSystemError()
            : loop.Watch(this, Readiness.Input | Readiness.EdgeTriggered);
        if (error != Errno.None)
        {
            throw new IOException($"eventfd: {error.Describe()}");
        }

        _registrations = Array.ConvertAll(signals, signal => PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Signals do again what they do by themselves.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        CloseDescriptor();
    }

    internal override void OnReady(Readiness readiness)
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        _ = IoResult.Read(Fd, count);
        int pending = Interlocked.Exchange(ref _pending, 0);
        for (int i = 0; i < _signals.Length; i++)
        {
            if ((pending & (1 << i)) != 0)
            {
                _arrived(_signals[i]);
            }
        }
    }

    // On the runtime's signal thread.
    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _ = Interlocked.Or(ref _pending, 1 << Array.IndexOf(_signals, context.Signal));
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        _ = IoResult.Write(Fd, one);
    }
}
