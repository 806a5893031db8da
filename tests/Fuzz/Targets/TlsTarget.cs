using System;
using System.Collections.Generic;

using Sluice.Engine.Tls;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// A client and a server of TLS with somebody between them who cuts, changes and ends what they send. The oracle: what
/// either reads is the beginning of what the other wrote; the end is believed only when it was said, and then all is
/// there; where nothing was changed nothing fails; and OpenSSL has as much memory afterwards as before.
/// </summary>
internal class TlsTarget : FuzzTarget
{
    private const int OperationBytes = 4;
    private const int MostRounds = 64;

    private static readonly TlsWorld _world = new();

    /// <summary>Made before any target runs: once another has had OpenSSL do something, such as a digest, its memory cannot be counted any more.</summary>
    public TlsTarget()
    {
        GC.KeepAlive(_world);
    }

    public override string Name => "tls";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("believes an end that nobody said", new BelievesAnyEnd()),
        new("frees nothing where a handshake failed", new LeaksFailures()),
        new("gives bytes twice", new GivesTwice()),
    ];

    public override byte[] Generate(Random random)
    {
        byte[] input = new byte[OperationBytes * random.Next(12)];
        random.NextBytes(input);
        for (int i = 0; i < input.Length && random.Next(3) > 0; i += OperationBytes)
        {
            // Mostly what leads to a handshake: deliveries of everything.
            (input[i], input[i + 1]) = ((byte)(2 + random.Next(2)), 0xff);
        }

        return input;
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        // What OpenSSL keeps from a first time on, such as methods that were fetched, it keeps no second time. Each of the 16
        // places of its queue of errors keeps a text until it has another; after so many times all of them do.
        const int Times = 24;
        long grown = 0;
        for (int i = 0; i < Times; i++)
        {
            long before = _world.Allocations;
            string? wrong = Play(input);
            grown = _world.Allocations - before;
            if (wrong is not null || grown == 0)
            {
                return wrong;
            }
        }

        return $"{grown} allocations were not freed";
    }

    protected virtual TlsStep Outcome(TlsStep step) => step;

    protected virtual void Close(TlsEnd end) => end.Tls.Close();

    protected virtual void Take(TlsEnd end, ReadOnlySpan<byte> plaintext) => end.Received.Write(plaintext);

    private string? Play(ReadOnlySpan<byte> input)
    {
        TlsEnd server = new(TlsEndKind.Server);
        TlsEnd client = new(TlsEndKind.Client);
        (server.Other, client.Other) = (client, server);
        server.Tls.OpenServer(_world.Server);
        client.Tls.OpenClient(_world.Client);
        string? wrong = null;
        for (; input.Length >= OperationBytes && wrong is null; input = input[OperationBytes..])
        {
            Operate(input, server, client);
            wrong = Step(client) ?? Step(server);
        }

        for (int i = 0; i < MostRounds && wrong is null; i++)
        {
            server.Deliver(int.MaxValue);
            client.Deliver(int.MaxValue);
            wrong = Step(client) ?? Step(server);
        }

        wrong ??= Incomplete(client) ?? Incomplete(server);
        Close(server);
        Close(client);
        return wrong;
    }

    private static void Operate(ReadOnlySpan<byte> operation, TlsEnd server, TlsEnd client)
    {
        const int Kinds = 5;
        TlsEnd end = operation[0] % 2 == 0 ? server : client;
        int number = (operation[1] << 8) + operation[2];
        switch (operation[0] / 2 % Kinds)
        {
            case 0:
                end.Write(number + 1);
                break;
            case 1 or 2:
                end.Deliver(number);
                break;
            case 3:
                end.Change(number, operation[3]);
                break;
            default:
                if (operation[3] % 2 == 0)
                {
                    end.End();
                }
                else
                {
                    end.Cut();
                }

                break;
        }
    }

    // As far as it goes with what was delivered.
    private string? Step(TlsEnd end)
    {
        if (end.Step is not (TlsStep.NeedInput or TlsStep.Done))
        {
            return null;
        }

        if (!end.Tls.IsEstablished)
        {
            end.Step = end.Tls.Handshake();
        }

        Span<byte> plaintext = stackalloc byte[4096];
        while (end.Tls.IsEstablished && (end.Step = Outcome(end.Tls.Read(plaintext, out int count))) is TlsStep.Done or TlsStep.Silent)
        {
            Take(end, plaintext[..count]);
        }

        if (end.Kind == TlsEndKind.Server)
        {
            // As a connection that waits while others need its place.
            end.Tls.Cool();
        }

        if (!end.Other.Written.StartsWith(end.Received))
        {
            return $"the {end.Kind} read what the other end did not write";
        }

        return end.Step == TlsStep.Ended && !(end.Other.HasEnded && end.Received.Length == end.Other.Written.Length)
            ? $"the {end.Kind} believed an end that was not said"
            : null;
    }

    private static string? Incomplete(TlsEnd end)
    {
        if (end.IsSpoiled || end.Other.IsSpoiled)
        {
            return null;
        }

        return !end.Tls.IsEstablished ? $"the {end.Kind} did not come through its handshake: {end.Step}"
            : end.Received.Length != end.Other.Written.Length ? $"the {end.Kind} did not get everything: {end.Step}"
            : end.Other.HasEnded && end.Step != TlsStep.Ended ? $"the {end.Kind} did not see the end: {end.Step}"
            : null;
    }

    private sealed class BelievesAnyEnd : TlsTarget
    {
        protected override TlsStep Outcome(TlsStep step) => step == TlsStep.Truncated ? TlsStep.Ended : step;
    }

    private sealed class LeaksFailures : TlsTarget
    {
        protected override void Close(TlsEnd end)
        {
            if (end.Step != TlsStep.Failed)
            {
                base.Close(end);
            }
        }
    }

    private sealed class GivesTwice : TlsTarget
    {
        protected override void Take(TlsEnd end, ReadOnlySpan<byte> plaintext)
        {
            base.Take(end, plaintext);
            base.Take(end, plaintext[..(plaintext.Length / 1000)]);
        }
    }
}
