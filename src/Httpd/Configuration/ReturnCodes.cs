namespace Sluice.Httpd.Configuration;

/// <summary>The codes that <c>block return</c> accepts: those that httpd has a reason phrase for (H-HTTP-45).</summary>
internal static class ReturnCodes
{
    public static bool IsKnown(long code) => code switch
    {
        (>= 100 and <= 103) or (>= 200 and <= 208) or 226 => true,
        >= 300 and <= 308 => true,
        (>= 400 and <= 418) or 420 or (>= 422 and <= 426) or 428 or 429 or 431 or 451 => true,
        (>= 500 and <= 508) or 510 or 511 => true,
        _ => false,
    };
}
