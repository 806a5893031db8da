using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

using Sluice.System.Ground;

namespace Sluice.System.Forwarding;

/// <summary>Bodies of pieces of a mebibyte, told by their hash.</summary>
internal static class Large
{
    // As many as do not fit into sockets.
    private const int Pieces = 64;
    private const int Piece = 1024 * 1024;

    /// <summary>Sends a message; the hash of its body.</summary>
    /// <param name="peer">Where to.</param>
    /// <param name="start">Of its head.</param>
    /// <param name="framing">The field that says how the body ends; Connection for the end of the connection.</param>
    public static string Send(Peer peer, string start, string framing)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        bool isChunked = framing is "Transfer-Encoding";
        string value = isChunked ? "chunked" : framing is "Connection" ? "close" : ((long)Pieces * Piece).ToString(CultureInfo.InvariantCulture);
        peer.Send($"{start}{framing}: {value}\r\n\r\n");
        byte[] piece = Site.Bytes(Piece);
        foreach (int number in Enumerable.Range(0, Pieces))
        {
            piece[number % Piece] ^= (byte)(number + 1);
            hash.AppendData(piece);
            peer.Send(isChunked ? "100000\r\n" : "");
            peer.Send(piece);
            peer.Send(isChunked ? "\r\n" : "");
        }

        peer.Send(isChunked ? "0\r\n\r\n" : "");
        if (framing is "Connection")
        {
            peer.EndOutput();
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Receives a message behind its head; the hash of its body.</summary>
    /// <param name="peer">Where from.</param>
    /// <param name="head">Its head.</param>
    public static string Receive(Peer peer, string head)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        bool isChunked = Heads.Field(head, "Transfer-Encoding") is not null;
        for (int left = Pieces; left > 0; left--)
        {
            _ = peer.Exactly(isChunked ? "100000\r\n".Length : 0);
            hash.AppendData(peer.Exactly(Piece));
            _ = peer.Exactly(isChunked ? "\r\n".Length : 0);
        }

        string end = isChunked ? Encoding.ASCII.GetString(peer.Exactly("0\r\n\r\n".Length)) : "";
        return isChunked && end is not "0\r\n\r\n" ? end : Convert.ToHexString(hash.GetHashAndReset());
    }
}
