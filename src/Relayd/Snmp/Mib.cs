using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Snmp;

/// <summary>A row of a table.</summary>
/// <param name="Index">What stands behind the column in the names of its objects.</param>
/// <param name="Columns">Its values, from column 1 on.</param>
internal sealed record MibRow(ObjectId Index, IReadOnlyList<ObjectValue> Columns);

/// <summary>A table, whose objects are called <c>root.table.1.column.index</c>.</summary>
/// <param name="Columns">How many columns its rows have.</param>
/// <param name="Rows">Its rows, in the order of their indices, each index once.</param>
internal sealed record MibTable(int Columns, Func<IReadOnlyList<MibRow>> Rows);

/// <summary>Tables of objects, which can be read one by one and in order.</summary>
/// <param name="root">What stands before all of their names.</param>
/// <param name="tables">From table 1 on.</param>
internal sealed class Mib(ObjectId root, IReadOnlyList<MibTable> tables)
{
    // Of a row, in its table.
    private const uint Entry = 1;

    /// <summary>Above all objects.</summary>
    public ObjectId Root => root;

    /// <summary>The value of an object.</summary>
    public ObjectValue Get(ObjectId name)
    {
        for (int table = 0; table < tables.Count; table++)
        {
            ObjectId entry = EntryOf(table);
            int depth = entry.Parts.Length;
            if (!name.IsWithin(entry) || name.Parts.Length <= depth)
            {
                continue;
            }

            uint column = name.Parts[depth];
            if (column == 0 || column > tables[table].Columns)
            {
                return ObjectValue.NoSuchObject;
            }

            IReadOnlyList<MibRow> rows = tables[table].Rows();
            ObjectId index = new(name.Parts[(depth + 1)..].ToArray());
            int place = FirstFrom(rows, index);
            return place < rows.Count && rows[place].Index == index ? rows[place].Columns[(int)column - 1] : ObjectValue.NoSuchInstance;
        }

        return ObjectValue.NoSuchObject;
    }

    /// <summary>The first object of a range; <see cref="ValueKind.EndOfMibView"/>, with the name where the range begins, if there is none.</summary>
    public VarBind Next(in SearchRange range)
    {
        for (int table = 0; table < tables.Count; table++)
        {
            ObjectId entry = EntryOf(table);

            // Where all of it lies before the range, its rows need not be made.
            for (uint column = 1; column <= tables[table].Columns && !LiesBefore(entry, range.Start); column++)
            {
                if (Find(tables[table], entry.Add(column), (int)column, range) is { } found)
                {
                    return range.End.IsNull || found.Name.IsBefore(range.End) ? found : new VarBind(range.Start, ObjectValue.EndOfMibView);
                }
            }
        }

        return new VarBind(range.Start, ObjectValue.EndOfMibView);
    }

    private static bool LiesBefore(ObjectId subtree, ObjectId name) => subtree.IsBefore(name) && !name.IsWithin(subtree);

    // In a column, from the start of the range on.
    private static VarBind? Find(MibTable table, ObjectId column, int number, in SearchRange range)
    {
        if (LiesBefore(column, range.Start))
        {
            return null;
        }

        IReadOnlyList<MibRow> rows = table.Rows();
        int place = 0;
        if (range.Start.IsWithin(column))
        {
            ObjectId from = new(range.Start.Parts[column.Parts.Length..].ToArray());
            place = FirstFrom(rows, from);
            place += !range.IncludesStart && place < rows.Count && rows[place].Index == from ? 1 : 0;
        }

        return place < rows.Count ? new VarBind(column.Add(rows[place].Index.Parts), rows[place].Columns[number - 1]) : null;
    }

    /// <summary>The place of the first row whose index is not before another one.</summary>
    private static int FirstFrom(IReadOnlyList<MibRow> rows, ObjectId index)
    {
        (int from, int to) = (0, rows.Count);
        while (from < to)
        {
            int middle = (from + to) / 2;
            (from, to) = rows[middle].Index.IsBefore(index) ? (middle + 1, to) : (from, middle);
        }

        return from;
    }

    private ObjectId EntryOf(int table) => root.Add((uint)table + 1, Entry);
}
