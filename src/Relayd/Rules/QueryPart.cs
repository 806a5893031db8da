using System;

using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>A variable of a query (R-FILTER-42): the first one whose name and value match.</summary>
/// <param name="entity">Has a key.</param>
/// <param name="list">The keys of the rule where it has many, and this part has them.</param>
/// <param name="compiling">The indexes.</param>
internal sealed class QueryPart(Entity entity, KeyList? list, RuleCompiling compiling) : Part(entity.Action)
{
    private readonly KeyIndex? _listed = list is null ? null : compiling.Indexes.Variables;
    private readonly TextTest? _name = list is null ? TextTest.Of(entity.Key, LetterCase.Matters, compiling.Warn) : null;
    private readonly TextTest? _value = TextTest.Of(entity.Value, LetterCase.Matters, compiling.Warn);

    public override MatchResult Match(MessageView message, ref Binding binding)
    {
        QueryVariables variables = new(message.Request!.Query);
        while (variables.MoveNext())
        {
            if (HasName(variables.Name, binding.Key) && (_value is null || _value.Matches(variables.Value)))
            {
                (binding.VariableStart, binding.NameLength, binding.ValueLength) = (variables.Start, variables.Name.Length, variables.Value.Length);
                return MatchResult.Yes;
            }
        }

        return MatchResult.No;
    }

    public override void Act(RuleRun run, in Binding binding)
    {
        ReadOnlySpan<byte> variable = run.Request.Query[binding.VariableStart..];
        ReadOnlySpan<byte> value = variable.Slice(binding.NameLength + 1, binding.ValueLength);
        switch (Action)
        {
            case EntityAction.Hash:
                run.Hash(value);
                break;
            case EntityAction.Log:
                run.Log.Add(variable[..binding.NameLength], value);
                break;
            default:
                break;
        }
    }

    private bool HasName(ReadOnlySpan<byte> name, int key)
    {
        if (_listed is null)
        {
            return _name is null || _name.Matches(name);
        }

        // The key is the name alone, or name and value.
        ReadOnlySpan<byte> listed = _listed.Key(key);
        return listed.StartsWith(name) && (listed.Length == name.Length || listed[name.Length] == (byte)'=');
    }
}
