namespace Sluice.Http.Codec;

/// <summary>A mistake of the peer. What is answered to each stands in <see cref="RejectionStatus"/>.</summary>
public enum Rejection
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The first byte of a request is no letter (an empty line, TLS on a plain port, noise).</summary>
    FirstByte,

    /// <summary>The method is no token followed by one space.</summary>
    Method,

    /// <summary>The method is longer than any in use.</summary>
    MethodTooLong,

    /// <summary>The target holds a byte that no URI may hold, or is in a form that its method does not take.</summary>
    Target,

    /// <summary>The request line is longer than the limit.</summary>
    TargetTooLong,

    /// <summary>The version is not exactly <c>HTTP/</c> digit <c>.</c> digit, or is 0.9.</summary>
    Version,

    /// <summary>The version is well formed and of another major protocol.</summary>
    VersionNotSupported,

    /// <summary>A status line has no code from 100 to 599 behind its version, or a control byte in its reason.</summary>
    Status,

    /// <summary>A line ends in LF without CR, where CRLF is asked for.</summary>
    BareLineFeed,

    /// <summary>A CR is not followed by LF.</summary>
    BareCarriageReturn,

    /// <summary>A line begins with a blank (RFC 9112 5.2, obs-fold).</summary>
    FoldedField,

    /// <summary>A field name is empty, or holds a byte that is no token character (a blank before the colon too).</summary>
    FieldName,

    /// <summary>A field line has no colon.</summary>
    FieldWithoutColon,

    /// <summary>A field value holds a control byte.</summary>
    FieldValue,

    /// <summary>The field lines are longer than the limit together.</summary>
    FieldsTooLong,

    /// <summary>There are more field lines than the limit.</summary>
    TooManyFields,

    /// <summary>HTTP/1.1 without Host.</summary>
    HostMissing,

    /// <summary>More than one Host, also if they are equal.</summary>
    HostRepeated,

    /// <summary>Host, or the authority of the target, is no name or address with an optional port.</summary>
    Host,

    /// <summary>Content-Length is no decimal number below 2^63.</summary>
    ContentLength,

    /// <summary>More than one Content-Length, also if they are equal.</summary>
    ContentLengthRepeated,

    /// <summary>Content-Length beside Transfer-Encoding.</summary>
    LengthAndCoding,

    /// <summary>Transfer-Encoding is malformed, repeated, does not end in chunked, or came with HTTP/1.0.</summary>
    TransferCoding,

    /// <summary>Transfer-Encoding names a coding that is not chunked.</summary>
    TransferCodingUnknown,

    /// <summary>TRACE or CONNECT with a body, or a response that cannot have one.</summary>
    BodyNotAllowed,

    /// <summary>A chunk size is no hexadecimal number below 2^63 in at most 16 digits.</summary>
    ChunkSize,

    /// <summary>A chunk extension is malformed.</summary>
    ChunkExtension,

    /// <summary>A chunk's line is longer than the limit, or a body is mostly such lines.</summary>
    ChunkSizeTooLong,

    /// <summary>The bytes of a chunk are not followed by CRLF.</summary>
    ChunkEnd,

    /// <summary>A trailer line is malformed.</summary>
    Trailer,

    /// <summary>The trailer section is longer than the limit.</summary>
    TrailersTooLong,

    /// <summary>The body is longer than the configuration allows.</summary>
    BodyTooLarge,

    /// <summary>A well-formed method that is not known.</summary>
    MethodUnknown,

    /// <summary>Expect asks for something else than 100-continue.</summary>
    Expectation,

    /// <summary>The head began and did not end in time.</summary>
    HeadTimeout,
}
