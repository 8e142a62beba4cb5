using System.CommandLine;
using Spec.Cli.Plots;
using Spec.Cli.Verdicts;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims;

namespace Spec.Cli.Commands;

/// <summary><c>spec plots</c>: draws the pictures of the book and that of the accepted verdicts, or compares them with what would be drawn.</summary>
internal static class PlotsCommand
{
    public static Command Create(TextWriter output)
    {
        var check = new Option<bool>("--check") { Description = "compare with spec/plots instead of writing; exit code 1 where they differ" };
        var command = new Command("plots", "Draw the pictures of the book from what the library computes, and the accepted verdicts. Example: spec plots --check") { check };
        command.SetAction(parsed =>
        {
            ClaimSource checkout = ClaimSource.Checkout(Path.GetDirectoryName(GoldenFolder.Find().Root)!);
            return parsed.GetValue(check) ? Check(output, checkout) : Write(output, checkout);
        });
        return command;
    }

    private static Dictionary<string, Func<string>> Pictures(ClaimSource checkout) =>
        new(BookPlots.All.Select(p => KeyValuePair.Create(p.Key, () => p.Value().Draw())), StringComparer.Ordinal) { ["verdicts"] = () => VerdictPicture.Accepted(checkout) };

    private static int Write(TextWriter output, ClaimSource checkout)
    {
        Dictionary<string, Func<string>> pictures = Pictures(checkout);
        var changes = new AtomicFiles(checkout.Book);
        foreach ((string name, Func<string> draw) in pictures)
            changes.Write(PathOf(checkout, name), draw());
        changes.Commit();
        output.WriteLine($"{pictures.Count} pictures drawn.");
        return 0;
    }

    private static int Check(TextWriter output, ClaimSource checkout)
    {
        Dictionary<string, Func<string>> pictures = Pictures(checkout);
        string[] differ = [.. pictures.Where(p => !File.Exists(PathOf(checkout, p.Key)) || File.ReadAllText(PathOf(checkout, p.Key)) != p.Value()).Select(p => p.Key)];
        string[] shown = [.. ChapterFolder.Read().SelectMany(c => c.Prose).SelectMany(p => Shown(p.Value, "](plots/")), .. FirstPage(checkout).SelectMany(line => Shown(line, "](spec/plots/"))];
        string[] problems =
        [
            .. differ.Select(name => $"spec/plots/{name}.svg is not what the library computes"),
            .. pictures.Keys.Except(shown).Select(name => $"nothing shows spec/plots/{name}.svg"),
            .. shown.Except(pictures.Keys).Select(name => $"a page shows spec/plots/{name}.svg, which nothing draws"),
        ];
        foreach (string problem in problems)
            output.WriteLine(problem);
        output.WriteLine($"{pictures.Count} pictures: {problems.Length} problems.");
        return problems.Length == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Shown(string line, string mark) => line.Split(mark).Skip(1).Select(rest => rest.Split(".svg")[0]);

    private static IEnumerable<string> FirstPage(ClaimSource checkout) => Path.Combine(checkout.Root, "README.md") is var page && File.Exists(page) ? File.ReadLines(page) : [];

    private static string PathOf(ClaimSource checkout, string name) => Path.Combine(checkout.Book, "plots", name + ".svg");
}
