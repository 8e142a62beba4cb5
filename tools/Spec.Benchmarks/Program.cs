using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Spec.Benchmarks;

var quick = new Option<bool>("--quick") { Description = "interleaved rounds in under a minute; exit code 1 when lanes surely reach less than 0.95 of the hand-written loop with the widest registers" };
var elementary = new Option<bool>("--elementary") { Description = "elementary functions, activations and rows of softmax beside MathF and TensorPrimitives, on one thread, and the table of what must hold; exit code 1 when a limit surely is not kept" };
var require = new Option<bool>("--require") { Description = "with --elementary: exit code 1 also when noise leaves undecided whether a limit is kept" };
var elements = new Option<int>("--elements") { Description = "floats in a tensor, with --quick", DefaultValueFactory = _ => 10_000_000 };
var rounds = new Option<int>("--rounds") { Description = "rounds, with --quick or --elementary", DefaultValueFactory = _ => 51 };
var pytorch = new Option<bool>("--pytorch") { Description = "with --quick: PyTorch's AdamW as one more peer, where Python has it" };
var python = new Option<string>("--python") { Description = "the Python that has PyTorch", DefaultValueFactory = _ => "python3" };
foreach (Option<int> count in new[] { elements, rounds })
{
    count.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is < 1 or > 100_000_000)
            result.AddError($"{count.Name} = {result.GetValueOrDefault<int>()} is outside [1, 100000000]");
    });
}

var command = new RootCommand("Benchmarks of one AdamW step on 10 million floats, beside copy and triad, and of elementary functions. Example: dotnet run --project tools/Spec.Benchmarks -- --quick")
{
    quick, elementary, require, elements, rounds, pytorch, python,
};
var only = new Option<string?>("--only") { Description = "a part of the names of what is measured" };
only.Validators.Add(result =>
{
    if (result.GetValueOrDefault<string?>() is { } part && AllRun.Names.All(name => !name.Contains(part, StringComparison.Ordinal)))
        result.AddError($"only = {part} is a part of none of {string.Join("; ", AllRun.Names)}");
});
var json = new Option<bool>("--json") { Description = "the figures as JSON, too, from a line { to a line }" };
var brief = new Option<bool>("--quick") { Description = "five rounds, and without the elementary functions" };
var check = new Option<bool>("--check") { Description = "instead: twenty steps on lanes and threads, bit by bit against the scalar reference; exit code 1 where one differs" };
var all = new Command("all", "Matrix products, softmax with cross-entropy, AdamW, RMS normalization, stochastic rounding, a GPT's whole training step and its loss alone on one thread and on all, most beside PyTorch; the step's memory; elementary functions") { brief, json, only, check, python };
all.SetAction(parsed => parsed.GetValue(check)
    ? StepCheck.Run(Console.Out)
    : new AllRun(Console.Out).Run(parsed.GetValue(brief), parsed.GetValue(python)!, parsed.GetValue(only), parsed.GetValue(json)));
command.Subcommands.Add(all);
command.SetAction(parsed =>
{
    if (parsed.GetValue(quick))
        return new QuickRun(Console.Out).Run(parsed.GetValue(elements), parsed.GetValue(rounds), parsed.GetValue(pytorch) ? parsed.GetValue(python) : null);

    if (parsed.GetValue(elementary))
        return new ElementaryRun(Console.Out).Run(parsed.GetValue(rounds), parsed.GetValue(require));

    // In this process: a project that BenchmarkDotNet generates would fall under the repository's own build settings.
    ManualConfig config = DefaultConfig.Instance
        .AddJob(Job.MediumRun.WithLaunchCount(1).WithToolchain(InProcessEmitToolchain.Instance))
        .AddColumn(new BytesColumn(), new ThroughputColumn(), StatisticColumn.Median);
    return BenchmarkRunner.Run<AdamWBenchmarks>(config).Reports.All(report => report.Success) ? 0 : 1;
});
ParseResult arguments = command.Parse(args);
if (arguments.Errors.Count > 0)
{
    Console.Error.WriteLine(arguments.Errors[0].Message);
    return 2;
}

return arguments.Invoke();
