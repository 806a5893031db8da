using System;

namespace Sluice.Http.Codec;

/// <summary>Says of a field, by its name, whether it may be sent on.</summary>
/// <param name="name">In any case of letters.</param>
public delegate bool FieldFilter(ReadOnlySpan<byte> name);
