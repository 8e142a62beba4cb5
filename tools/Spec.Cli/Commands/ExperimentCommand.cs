using System.CommandLine;
using System.Globalization;
using Spec.Cli.Experiments;
using Spectre.Console;
using TrainingSpec.Claims.Experiments;

namespace Spec.Cli.Commands;

/// <summary><c>spec experiment [NAME]</c>: runs an experiment of the documents, or lists them.</summary>
internal static class ExperimentCommand
{
    // Whole numbers below it are written in full.
    private const double MostDigits = 1e6;

    public static Command Create(TextWriter output, TextWriter error)
    {
        var name = new Argument<string?>("name") { Description = "the experiment; without it they are listed", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add([.. ExperimentCatalog.All.Select(e => e.Name)]);
        var full = new Option<bool>("--full") { Description = "at the size that a reader would want, where the usual one is smaller" };
        var planted = new Option<bool>("--planted") { Description = "with its mistake planted, which changes the conclusion" };
        var svg = new Option<string?>("--svg") { Description = "draw its charts into this folder", HelpName = "folder" };
        var json = new Option<string?>("--json") { Description = "write numbers, charts and conclusion to this file; - is standard output, and the report goes to standard error", HelpName = "file" };
        var command = new Command("experiment", "Run an experiment of the documents: its question, numbers, charts and conclusion. Example: spec experiment learning-rates") { name, full, planted, svg, json };
        command.SetAction(parsed => parsed.GetValue(name) is { } wanted
            ? Run(output, error, ExperimentCatalog.Find(wanted), (parsed.GetValue(full), parsed.GetValue(planted)), parsed.GetValue(svg), parsed.GetValue(json))
            : List(output, parsed.GetValue(full) ? "--full" : parsed.GetValue(planted) ? "--planted" : parsed.GetValue(svg) is not null ? "--svg" : parsed.GetValue(json) is not null ? "--json" : null));
        return command;
    }

    private static int List(TextWriter output, string? option)
    {
        if (option is not null)
            throw new ArgumentException($"{option} needs the name of an experiment");
        int width = ExperimentCatalog.All.Max(e => e.Name.Length);
        foreach (Experiment experiment in ExperimentCatalog.All)
            output.WriteLine($"{experiment.Name.PadRight(width)}  {experiment.Question}");
        return 0;
    }

    private static int Run(TextWriter standard, TextWriter error, Experiment experiment, (bool Full, bool Planted) how, string? svg, string? json)
    {
        OutputFile? data = OutputFile.Of("--json", json);
        TextWriter output = data?.IsStandardOutput == true ? error : standard;
        using Pictures? pictures = svg is null ? null : new Pictures(svg, experiment.Name);
        ExperimentResult? result = null;
        Terminal.Status(output, experiment.Name, _ => result = experiment.Run(how.Full, how.Planted));
        Report(output, experiment, result!, how);
        (OutputFile? File, Func<string> Text)[] drawn = [.. result!.Charts.Select((chart, i) => (pictures?.File(i), (Func<string>)(() => ChartPlot.Of(chart).Draw())))];
        OutputFile.Write(standard, [(data, () => ExperimentJson.Of(experiment, result, how.Full, how.Planted)), .. drawn]);
        return 0;
    }

    private static void Report(TextWriter output, Experiment experiment, ExperimentResult result, (bool Full, bool Planted) how)
    {
        output.WriteLine($"{experiment.Question}\n{experiment.Source}; a section of spec/{experiment.Topic}.md\ndesign: {experiment.Design}");
        if (how.Full)
            output.WriteLine(experiment.Full is { } more ? $"full size: {more}" : "there is one size alone");
        if (how.Planted)
            output.WriteLine($"planted: {experiment.Mistake}");
        Table table = new Table().AddColumn(result.Table.Head);
        foreach (string column in result.Table.Columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        foreach (ExperimentRow row in result.Table.Rows)
            table.AddRow([Markup.Escape(row.Name), .. row.Values.Select(v => Cell(v))]);
        Terminal.Console(output).Write(table);
        foreach (ExperimentChart chart in result.Charts)
        {
            TrainCommand.Draw(output, ChartPlot.Of(chart));
            if (chart.Lines.Count > 1)
                output.WriteLine($"by where they end, from the top: {string.Join(", ", ChartPlot.FromTheTop(chart))}");
        }

        foreach (ExperimentTest test in result.Tests)
            output.WriteLine($"test: {test}");
        output.WriteLine($"Conclusion: {result.Conclusion}.");
    }

    private static string Cell(double value) => double.IsNaN(value) ? ""
        : value == Math.Floor(value) && Math.Abs(value) < MostDigits ? value.ToString("F0", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture);

    // A folder that is there, or is made where its own folder is.
    private sealed class Pictures : IDisposable
    {
        private readonly string _folder;
        private readonly string _name;
        private readonly ResultFolder _made;

        public Pictures(string folder, string name)
        {
            (_folder, _name) = (folder, name);
            string path = ResultFolder.Full($"--svg {folder}", folder);
            if (System.IO.File.Exists(path))
                throw new ArgumentException($"--svg {folder} is a file, not a folder");
            if (!Directory.Exists(path) && !Directory.Exists(Path.GetDirectoryName(path)))
                throw new ArgumentException($"--svg {folder} lies in no folder that exists");
            ReadFiles.RefuseKept($"--svg {folder}", path);
            _made = new ResultFolder($"--svg {folder}", path);
        }

        public void Dispose() => _made.Dispose();

        public OutputFile? File(int chart) => OutputFile.Of("--svg", Path.Combine(_folder, chart == 0 ? $"{_name}.svg" : string.Create(CultureInfo.InvariantCulture, $"{_name}-{chart + 1}.svg")));
    }
}
