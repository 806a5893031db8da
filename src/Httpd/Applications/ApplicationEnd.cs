using Sluice.Engine;
using Sluice.Http.FastCgi;

namespace Sluice.Httpd.Applications;

/// <summary>How an application's answer ended.</summary>
internal enum ApplicationEnd
{
    /// <summary>It did not yet.</summary>
    None,

    /// <summary>It came whole.</summary>
    Whole,

    /// <summary>The connection ended before a byte of it: where it had been kept, another may do better.</summary>
    Unanswered,

    /// <summary>It ended before its head did.</summary>
    HeadCut,

    /// <summary>It ended before its body did.</summary>
    BodyCut,

    /// <summary>Its head cannot be sent on.</summary>
    HeadFault,

    /// <summary>What came is no FastCGI.</summary>
    Malformed,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>The client is gone, or takes nothing.</summary>
    ClientGone,

    /// <summary>The client did not send the body that it announced.</summary>
    BodyFault,

    /// <summary>That body could not be kept until it was whole, or not be had back: neither client nor application is to blame.</summary>
    Unkept,
}

/// <summary>What the error log says of such ends.</summary>
internal static class ApplicationEnds
{
    /// <summary>Why there is no answer, or no whole one.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="fault">What was wrong with its head.</param>
    /// <param name="connectError">Why the application was not reached; none where it was.</param>
    /// <param name="spoolError">Why the body was not kept.</param>
    public static string Describe(ApplicationEnd end, ApplicationFault fault, Errno connectError, Errno spoolError) => end switch
    {
        ApplicationEnd.Unkept => $"the body cannot be kept until it is whole: {(spoolError == Errno.TimedOut ? "the disk takes too long" : spoolError.Describe())}",
        _ when connectError != Errno.None => $"the application cannot be reached: {connectError.Describe()}",
        ApplicationEnd.Unanswered => "the application closed the connection without an answer",
        ApplicationEnd.HeadCut => "the application's answer ended before the end of its head",
        ApplicationEnd.BodyCut => "the application's answer ended before the end of its body",
        ApplicationEnd.TimedOut => "the application took too long",
        ApplicationEnd.Malformed => "what the application sent is no FastCGI",
        _ => Describe(fault),
    };

    private static string Describe(ApplicationFault fault) => fault switch
    {
        ApplicationFault.FieldLine => "the head of the application's answer has a line that is no field",
        ApplicationFault.FieldValue => "the head of the application's answer has a control byte in a value",
        ApplicationFault.Status => "the status of the application's answer is none",
        ApplicationFault.ContentLength => "the length of the application's answer is none, or there are two",
        _ => "the head of the application's answer is longer than 64 KiB",
    };
}
