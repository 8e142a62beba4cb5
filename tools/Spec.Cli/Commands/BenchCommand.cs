using System.CommandLine;
using System.Diagnostics;
using System.Text;
using TrainingSpec.Checking.Golden;

namespace Spec.Cli.Commands;

/// <summary><c>spec bench</c>: runs tools/Spec.Benchmarks of the checkout in a process of its own, which is compiled for speed.</summary>
internal static class BenchCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var quick = new Option<bool>("--quick") { Description = "five rounds, and without the elementary functions (a minute)" };
        var check = new Option<bool>("--check") { Description = "instead of measuring: twenty steps of a GPT on lanes and threads, bit by bit against the scalar reference; exit code 1 where one differs" };
        var only = new Option<string?>("--only") { Description = "a part of the names of what is measured, such as product or memory" };
        var python = new Option<string>("--python") { Description = "the Python that has PyTorch", DefaultValueFactory = _ => "python3" };
        var json = new Option<string?>("--json") { Description = "write the figures to this file; - is standard output, and the report goes to standard error" };
        var command = new Command("bench", "Measure matrix products, softmax with cross-entropy, AdamW, RMS normalization, stochastic rounding, a GPT's whole training step and its loss alone on one thread and on all, beside PyTorch where Python has it; the step's memory; elementary functions (minutes). Example: spec bench --quick") { quick, check, only, python, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(check) && parsed.GetValue(json) is not null)
                throw new ArgumentException("--check measures no figures that --json could write");
            string[] arguments =
            [
                "--python", parsed.GetValue(python)!,
                .. Given(parsed, quick),
                .. Given(parsed, check),
                .. parsed.GetValue(only) is { } part ? (string[])["--only", part] : [],
            ];
            OutputFile? figures = OutputFile.Of("--json", parsed.GetValue(json));
            figures?.RefuseInputs((python.Name, parsed.GetValue(python)));
            return Run(output, error, arguments, figures);
        });
        return command;
    }

    private static string[] Given(ParseResult parsed, Option<bool> option) => parsed.GetValue(option) ? [option.Name] : [];

    private static int Run(TextWriter output, TextWriter error, string[] arguments, OutputFile? json)
    {
        string project = Path.Combine(Path.GetDirectoryName(GoldenFolder.Find().Root)!, "tools", "Spec.Benchmarks");
        var start = new ProcessStartInfo("dotnet", ["run", "--project", project, "--", "all", .. arguments, .. json is null ? [] : (string[])["--json"]]) { RedirectStandardOutput = true };
        TextWriter report = json is { IsStandardOutput: true } ? error : output;
        var figures = new StringBuilder();
        bool ends = false;
        using Process process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (json is not null && !ends && (line == "{" || figures.Length > 0))
            {
                figures.Append(line).Append('\n');
                ends = line == "}";
                continue;
            }

            report.WriteLine(line);
            report.Flush();
        }

        process.WaitForExit();
        if (ends)
            OutputFile.Write(output, (json, figures.ToString));
        return process.ExitCode;
    }
}
