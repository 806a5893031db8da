using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Notices;

/// <summary>Who is told of the refused requests of a place, and what.</summary>
/// <param name="Receiver">The number of the receiver.</param>
/// <param name="Text">The message.</param>
internal sealed record NoticeTemplate(ushort Receiver, MacroTemplate Text)
{
    /// <summary>What a configuration says, its text taken apart.</summary>
    public static NoticeTemplate Of(BlockNotice notice, NoticeReceivers receivers) =>
        new(receivers.NumberOf(notice), MacroTemplate.Parse(Bytes.Of(notice.Message), MacroSet.Answer));
}
