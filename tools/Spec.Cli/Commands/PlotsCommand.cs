using System.CommandLine;
using Spec.Cli.Plots;
using TrainingSpec.Checking.Golden;

namespace Spec.Cli.Commands;

/// <summary><c>spec plots</c>: draws the pictures of the book, or compares them with what would be drawn.</summary>
internal static class PlotsCommand
{
    public static Command Create(TextWriter output)
    {
        var check = new Option<bool>("--check") { Description = "compare with spec/plots instead of writing; exit code 1 where they differ" };
        var command = new Command("plots", "Draw the pictures of the book from what the library computes. Example: spec plots --check") { check };
        command.SetAction(parsed => parsed.GetValue(check) ? Check(output) : Write(output));
        return command;
    }

    private static int Write(TextWriter output)
    {
        var changes = new AtomicFiles(ChapterFolder.Find());
        foreach ((string name, Func<Plot> plot) in BookPlots.All)
            changes.Write(PathOf(name), plot().Draw());
        changes.Commit();
        output.WriteLine($"{BookPlots.All.Count} pictures drawn.");
        return 0;
    }

    private static int Check(TextWriter output)
    {
        string[] differ = [.. BookPlots.All.Where(p => !File.Exists(PathOf(p.Key)) || File.ReadAllText(PathOf(p.Key)) != p.Value().Draw()).Select(p => p.Key)];
        string[] shown = [.. ChapterFolder.Read().SelectMany(c => c.Prose).Select(p => p.Value).Where(line => line.Contains("](plots/", StringComparison.Ordinal)).Select(line => line.Split("](plots/")[1].Split(".svg")[0])];
        string[] problems =
        [
            .. differ.Select(name => $"spec/plots/{name}.svg is not what the library computes"),
            .. BookPlots.All.Keys.Except(shown).Select(name => $"no chapter shows spec/plots/{name}.svg"),
            .. shown.Except(BookPlots.All.Keys).Select(name => $"a chapter shows spec/plots/{name}.svg, which nothing draws"),
        ];
        foreach (string problem in problems)
            output.WriteLine(problem);
        output.WriteLine($"{BookPlots.All.Count} pictures: {problems.Length} problems.");
        return problems.Length == 0 ? 0 : 1;
    }

    private static string PathOf(string name) => Path.Combine(ChapterFolder.Find(), "plots", name + ".svg");
}
