using System.CommandLine;
using System.Globalization;
using TrainingSpec.Checking;

namespace Spec.Cli.Commands;

/// <summary><c>spec exhaustive exp|expm1|log|log1p|cos|sin|tanh|erf|erfc|float16|bfloat16</c>: all 2³² inputs of one function or rounding.</summary>
internal static class ExhaustiveCommand
{
    public static Command Create(TextWriter output)
    {
        var function = new Argument<string>("function") { Description = string.Join(", ", Exhaustive.Functions) };
        var stride = new Option<uint>("--stride") { Description = "every how manieth input", DefaultValueFactory = _ => 1 };
        var command = new Command("exhaustive", "Run all 2^32 single-precision inputs of a function and count the misrounded (minutes). Example: spec exhaustive exp") { function, stride };
        command.SetAction(parsed => Run(output, parsed.GetValue(function)!.ToLowerInvariant(), parsed.GetValue(stride)));
        return command;
    }

    private static int Run(TextWriter output, string function, uint stride)
    {
        if (!Exhaustive.Functions.Contains(function))
            throw new ArgumentException($"function = {function} is outside {{{string.Join(", ", Exhaustive.Functions)}}}");
        int threads = Environment.ProcessorCount;
        double shown = 0;
        Exhaustive.Report report = Terminal.Progress(output, function, 1, done => Exhaustive.Run(
            function,
            threads,
            part =>
            {
                done(part - shown);
                shown = part;
            },
            stride: stride));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{function}: {report.Inputs} inputs, {report.Misrounded} misrounded, worst error {report.WorstUlp:G4} ULP{(report.Example is { } x ? $" at {x:R}" : "")}; the oracle decided {report.AskedOracle}"));
        return report.Misrounded == 0 ? 0 : 1;
    }
}
