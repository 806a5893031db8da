using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Engine.Processes;

// An argument vector or environment as execve(2) wants it: pointers to strings, the last one null.
internal sealed class NativeStrings : IDisposable
{
    public NativeStrings(IEnumerable<string> strings)
    {
        List<byte> text = [];
        List<int> starts = [];
        foreach (string one in strings)
        {
            starts.Add(text.Count);
            text.AddRange(Encoding.UTF8.GetBytes(one));
            text.Add(0);
        }

        // One block: the pointers first, the text behind them.
        int table = (starts.Count + 1) * nint.Size;
        Pointer = Marshal.AllocHGlobal(table + text.Count);
        Marshal.Copy(text.ToArray(), 0, Pointer + table, text.Count);
        for (int i = 0; i < starts.Count; i++)
        {
            Marshal.WriteIntPtr(Pointer, i * nint.Size, Pointer + table + starts[i]);
        }

        Marshal.WriteIntPtr(Pointer, starts.Count * nint.Size, 0);
    }

    public nint Pointer { get; }

    public void Dispose() => Marshal.FreeHGlobal(Pointer);
}
