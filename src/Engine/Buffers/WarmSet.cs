namespace Sluice.Engine.Buffers;

/// <summary>Keeps memory for its next use as long as it is in a <see cref="WarmSet"/>.</summary>
internal abstract class Warmable
{
    /// <summary>Where in the set it is; null outside.</summary>
    internal int? Place { get; set; }

    /// <summary>It is in the set no more: it gives its memory back.</summary>
    protected internal abstract void Cool();
}

/// <summary>The few that may keep memory although they have nothing to do, because they will soon: whoever comes in late has the place of one that came
/// early. So the busy keep what they use, and any number of idle ones keep nothing.</summary>
internal sealed class WarmSet
{
    /// <summary>How many there are at most.</summary>
    public const int MostMembers = 256;

    private readonly Warmable?[] _members = new Warmable?[MostMembers];

    // 0.._count of _members are set.
    private int _count;

    // Whose place is given away next when there is none left: 0..MostMembers.
    private int _next;

    /// <summary>It is about to wait: it has a place from now on, and may keep what it has.</summary>
    public void Enter(Warmable member)
    {
        if (member.Place is null)
        {
            int place = _count < MostMembers ? _count++ : GiveAway();
            _members[place] = member;
            member.Place = place;
        }
    }

    /// <summary>It has nothing to keep any more.</summary>
    public void Leave(Warmable member)
    {
        if (member.Place is { } place)
        {
            Warmable last = _members[--_count]!;
            (_members[place], last.Place) = (last, place);
            (_members[_count], member.Place) = (null, null);
        }
    }

    private int GiveAway()
    {
        int place = _next;
        _next = (_next + 1) % MostMembers;
        Warmable early = _members[place]!;
        early.Place = null;
        early.Cool();
        return place;
    }
}
