using System.IO;
using System.Text.Json;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>Events of <c>monitor</c>, as lines of text or each as an object of JSON on a line.</summary>
/// <param name="format">Which.</param>
/// <param name="output">Writes each character as one byte.</param>
/// <param name="bytes">What it writes to.</param>
internal sealed class EventView(Format format, TextWriter output, Stream bytes) : View
{
    public override void Show(Reply reply)
    {
        if (reply is not EventRow row)
        {
            return;
        }

        if (format == Format.Text)
        {
            output.Write(EventText.Of(row));
            return;
        }

        using (Utf8JsonWriter json = new(bytes))
        {
            JsonText.Event(json, row);
        }

        bytes.WriteByte((byte)'\n');
    }

    public override int End(Outcome outcome) => 0;

    public override void Flush() => output.Flush();
}
