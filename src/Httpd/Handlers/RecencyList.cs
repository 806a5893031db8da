using System.Diagnostics;

namespace Sluice.Httpd.Handlers;

/// <summary>Cached files of one sort, the most lately confirmed first; what falls off its end is forgotten.</summary>
/// <remarks>Files are linked through themselves, so that moving one allocates nothing.</remarks>
internal sealed class RecencyList(int limit)
{
    /// <summary>How many files there may be.</summary>
    public int Limit => limit;

    /// <summary>How many files are on the list.</summary>
    public int Count { get; private set; }

    /// <summary>There are more files than there may be.</summary>
    public bool IsOverfull => Count > limit;

    /// <summary>The file that was confirmed longest ago.</summary>
    public CachedFile? Oldest { get; private set; }

    private CachedFile? Newest { get; set; }

    /// <summary>Puts a file that is on no list to the front.</summary>
    public void Add(CachedFile file)
    {
        Debug.Assert(file.List is null, "a file is on one list at a time");
        file.List = this;
        file.Older = Newest;
        file.Newer = null;
        Newest?.Newer = file;
        Newest = file;
        Oldest ??= file;
        Count++;
    }

    /// <summary>Takes a file of this list off it.</summary>
    public void Remove(CachedFile file)
    {
        Debug.Assert(file.List == this, "only the list that has a file may remove it");
        if (file.Newer is null)
        {
            Newest = file.Older;
        }
        else
        {
            file.Newer.Older = file.Older;
        }

        if (file.Older is null)
        {
            Oldest = file.Newer;
        }
        else
        {
            file.Older.Newer = file.Newer;
        }

        file.List = null;
        file.Newer = null;
        file.Older = null;
        Count--;
    }

    /// <summary>Moves a file of this list to the front.</summary>
    public void Confirm(CachedFile file)
    {
        if (Newest != file)
        {
            Remove(file);
            Add(file);
        }
    }
}
