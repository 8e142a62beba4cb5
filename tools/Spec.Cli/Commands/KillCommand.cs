using System.CommandLine;
using System.Globalization;
using Spec.Cli.Kills;
using Spectre.Console;
using TrainingSpec.Checking.Golden;

namespace Spec.Cli.Commands;

/// <summary><c>spec kill [COMMAND …]</c>: kills the commands that write, in a copy of the checkout, and looks at what they leave.</summary>
internal static class KillCommand
{
    public static Command Create(TextWriter output)
    {
        var names = new Argument<string[]>("command") { Description = string.Join(", ", KillTrial.All.Select(t => t.Name)) + "; all of them by default", Arity = ArgumentArity.ZeroOrMore };
        var times = new Option<int>("--times") { Description = "how often each is killed", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "draws the moments", DefaultValueFactory = _ => 1 };
        var command = new Command("kill", "Kill every command that writes at random moments, in a copy of the checkout, and look for what is half written, lost or left over (hours). Example: spec kill plots --times 20") { names, times, seed };
        command.SetAction(parsed => Run(output, parsed.GetValue(names), parsed.GetValue(times), parsed.GetValue(seed)));
        return command;
    }

    private static int Run(TextWriter output, string[]? names, int times, int seed)
    {
        KillTrial[] trials = names is { Length: > 0 } ? [.. names.Select(Find)] : [.. KillTrial.All];
        if (times < 1)
            throw new ArgumentException($"times = {times} is outside [1, ∞)");
        string checkout = Path.GetDirectoryName(GoldenFolder.Find().Root)!;
        int faults = 0;
        foreach (KillTrial trial in trials)
        {
            KillReport report = Terminal.Is(output)
                ? AnsiConsole.Progress().AutoClear(true).Start(context =>
                {
                    ProgressTask task = context.AddTask(trial.Name, maxValue: times);
                    return Kill(trial, checkout, times, seed, () => task.Increment(1));
                })
                : Kill(trial, checkout, times, seed, () => { });
            foreach (string fault in report.Faults)
                output.WriteLine($"{trial.Name}: {fault}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trial.Name}: {times} kills, {report.During} of them while it wrote; after the next run all old {report.Old} times, all new {report.New} times; {report.Faults.Count} faults."));
            output.Flush();
            faults += report.Faults.Count;
        }

        return faults == 0 ? 0 : 1;
    }

    private static KillTrial Find(string name) => KillTrial.All.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"command = {name} is outside {{{string.Join(", ", KillTrial.All.Select(t => t.Name))}}}");

    private static KillReport Kill(KillTrial trial, string checkout, int times, int seed, Action one)
    {
        using KillRun run = new(trial, checkout);
        return run.Run(times, new Random(seed), one);
    }
}
