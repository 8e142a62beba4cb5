using System.CommandLine;
using Spec.Cli.Catalog;
using TrainingSpec.Checking;
using TrainingSpec.Claims;

namespace Spec.Cli.Commands;

/// <summary><c>spec list KIND [PART]</c>: everything that has an id, one line each.</summary>
internal static class ListCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var kind = new Argument<string>("kind") { Description = string.Join(", ", CatalogKinds.All.Keys) };
        var part = new Argument<string?>("part") { Description = "only those that have this in their id or text, in any case", Arity = ArgumentArity.ZeroOrOne };
        kind.CompletionSources.Add([.. CatalogKinds.All.Keys]);
        var command = new Command("list", "List claims, rules, formulas and more, one line each. Example: spec list rules epsilon") { kind, part };
        command.SetAction(parsed => Run(output, error, parsed.GetValue(kind)!, parsed.GetValue(part)));
        return command;
    }

    private static int Run(TextWriter output, TextWriter error, string kind, string? part)
    {
        if (!CatalogKinds.All.TryGetValue(kind.ToLowerInvariant(), out Func<IEnumerable<CatalogEntry>>? entries))
            throw new ArgumentException($"kind = {kind} is outside {{{string.Join(", ", CatalogKinds.All.Keys)}}}{NearNames.Question(kind, CatalogKinds.All.Keys)}");
        CatalogEntry[] found = [.. entries().Where(e => part is null || e.Holds(part))];
        int width = found.Select(e => e.Id.Length).DefaultIfEmpty(0).Max();
        foreach (CatalogEntry entry in found)
            output.WriteLine($"{entry.Id.PadRight(width)}  {entry.Text}".TrimEnd());
        if (found.Length == 0)
            throw new ArgumentException($"part = {part} is in none of the {kind}");
        Terminal.Say(error, ClaimSource.Find());
        return 0;
    }
}
