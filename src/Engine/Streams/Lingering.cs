using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;

namespace Sluice.Engine.Streams;

/// <summary>Closing so that the peer can read the last answer (RFC 9112 9.6).</summary>
public static class Lingering
{
    // A peer that sends faster than it is read from would never make this wait, so it has its turns like everybody.
    private const int MostPerTurn = 256 * 1024;

    /// <summary>Sends what is buffered, ends the output, and throws input away until the peer closes; then closes.</summary>
    /// <param name="connection">Is closed when this is done.</param>
    /// <param name="within">Bounds the time, from now.</param>
    /// <param name="mostBytes">Bounds what is thrown away.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask Linger(this Connection connection, DeadlineQueue within, long mostBytes)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.Corked = false;
        connection.ExpireIn(within);
        if (await connection.FlushLast() == Wake.Ready)
        {
            connection.ShutdownOutput();
            await Discard(connection, mostBytes);
        }

        connection.Close();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask Discard(Connection connection, long mostBytes)
    {
        long discarded = 0;
        int ofThisTurn = 0;
        while (discarded <= mostBytes && !connection.HasExpired)
        {
            int received = connection.Input.Length;
            discarded += received;
            ofThisTurn += received;
            connection.Discard();
            if (ofThisTurn >= MostPerTurn)
            {
                ofThisTurn = 0;
                await connection.Loop.NextTurn();
            }

            Fill fill = connection.TryFill();
            if (fill != Fill.More && (fill != Fill.Again || await connection.Readable() != Wake.Ready))
            {
                return;
            }
        }
    }
}
