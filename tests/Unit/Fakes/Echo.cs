using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Unit.Fakes;

/// <summary>A session that sends back what it gets.</summary>
internal static class Echo
{
    [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask Serve(Connection connection)
    {
        while (true)
        {
            switch (connection.TryFill())
            {
                case Fill.More:
                    while (!connection.Input.IsEmpty)
                    {
                        int count = int.Min(connection.Input.Length, connection.Room);
                        connection.Input[..count].CopyTo(connection.Output(count));
                        connection.Commit(count);
                        connection.Consume(count);
                        if (await connection.Flush() != Wake.Ready)
                        {
                            return;
                        }
                    }

                    break;
                case Fill.Again:
                    if (await connection.Readable() != Wake.Ready)
                    {
                        return;
                    }

                    break;
                default:
                    return;
            }
        }
    }
}
