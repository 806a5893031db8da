using System;
using System.Text;

using Sluice.Engine.Io;
using Sluice.Http.Codec;

namespace Sluice.Relayd.Relaying;

/// <summary>What a session's line in the log has behind how it ended: for each request what rules log, and its method; for each response what rules log (R-LOG-11).</summary>
/// <remarks>Gathered only where sessions are logged, and up to a limit: what is more is left out.</remarks>
internal sealed class SessionRemarks
{
    private const int MostBytes = 4096;

    private byte[] _text = [];
    private int _length;
    private bool _isOn;
    private bool _hasItems;

    // A response has ended, and what follows begins behind a semicolon.
    private bool _owesEnd;

    /// <summary>All of it; empty where there is nothing to say.</summary>
    public string Text
    {
        get
        {
            PayEnd();
            return Encoding.Latin1.GetString(_text.AsSpan(0, _length));
        }
    }

    /// <summary>Begins with a session.</summary>
    /// <param name="logging">Whether anybody will read it.</param>
    public void Begin(Configuration.SessionLog logging) =>
        (_length, _isOn, _hasItems, _owesEnd) = (0, logging != Configuration.SessionLog.None, false, false);

    /// <summary>A request came.</summary>
    /// <param name="items">What rules log of it, with a blank before each.</param>
    /// <param name="method">As it was sent.</param>
    public void Request(ReadOnlySpan<byte> items, ReadOnlySpan<byte> method)
    {
        if (_isOn)
        {
            PayEnd();
            Items(items);
            Add(" "u8);
            Add(method);
        }
    }

    /// <summary>A response came.</summary>
    /// <param name="items">What rules log of it, with a blank before each.</param>
    /// <param name="head">The response.</param>
    public void Response(ReadOnlySpan<byte> items, ResponseHead head)
    {
        if (_isOn)
        {
            PayEnd();
            Items(items);
            _owesEnd = _hasItems && !head.IsInterim;
        }
    }

    /// <summary>The session goes to another host from now on.</summary>
    /// <param name="former">The one before.</param>
    public void Leaves(in SocketAddress former)
    {
        if (_isOn)
        {
            Span<byte> text = stackalloc byte[SocketAddress.LongestText];
            Add(" -> "u8);
            Add(text[..former.WriteHost(text)]);
            Add(Encoding.ASCII.GetBytes($":{former.Port}"));
        }
    }

    private void Items(ReadOnlySpan<byte> items)
    {
        _hasItems |= !items.IsEmpty;
        Add(items);
    }

    private void PayEnd()
    {
        if (_owesEnd)
        {
            _owesEnd = false;
            Add(";"u8);
        }
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        if (_length + text.Length > MostBytes)
        {
            return;
        }

        if (_length + text.Length > _text.Length)
        {
            Array.Resize(ref _text, int.Max(64, 2 * (_length + text.Length)));
        }

        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }
}
