using TrainingSpec.Claims.D2;
using TrainingSpec.Claims.WorkedExamples;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's third exercise: faults in the code, which checks find, and causes in the setting, which the diagnosis of a log finds.</summary>
internal static class BrokenTrainings
{
    private const string Unbroken = "clipping after the update";

    public static Experiment Experiment { get; } = new((_, planted) => Run(planted))
    {
        Name = "broken-trainings",
        Question = "Do checks and diagnosis find in each broken training what is broken, and nothing else?",
        Source = "D2, Exercises, 3 (D2-132), and its table of signs (D2-037)",
        Topic = "diagnosis",
        Design = new DeterministicDesign("what is broken is planted, and which checks fire is counted"),
        Mistake = "one trainer and one run are sound, and are taken for broken",
    };

    private static ExperimentResult Run(bool planted)
    {
        (string Symptom, string Cause)[] signs = [.. ExampleNumbers.Document("D2").Facts["signs of problems"]["rows"].Rows.Select(r => (r[0].Text, r[1].Text))];
        RunRecord[] runs = [.. signs.Select(s => planted && s.Cause == "LR too low" ? SyntheticRuns.Healthy : PlantedRuns.Of(s.Cause))];
        List<ExperimentRow> rows = [];
        for (int i = 0; i < FaultyTrainer.Faults.Count; i++)
        {
            bool[] fires = FaultyTrainer.Detect(planted && FaultyTrainer.Faults[i] == Unbroken ? "" : FaultyTrainer.Faults[i]);
            rows.Add(new(FaultyTrainer.Faults[i], fires[i] ? 1 : 0, fires.Count(f => f) - (fires[i] ? 1 : 0)));
        }

        for (int i = 0; i < signs.Length; i++)
        {
            string[] shown = SignsOfProblems.Shown(runs[i]);
            bool own = shown.Contains(SignsOfProblems.RowOf[signs[i].Symptom]);
            rows.Add(new(signs[i].Cause, own ? 1 : 0, shown.Length - (own ? 1 : 0)));
        }

        string[] missed = [.. rows.Where(r => r.Values is not [1, 0]).Select(r => r.Name)];
        int alarms = FaultyTrainer.Detect("").Count(f => f) + SignsOfProblems.Shown(SyntheticRuns.Healthy).Length;
        string finding = missed.Length == 0 && alarms == 0 ? "all are told apart" : $"{missed.Length} of {rows.Count} are not told apart";
        return new ExperimentResult(
            new ExperimentTable("what is broken", ["found", "found besides"], [.. rows, new ExperimentRow("nothing", double.NaN, alarms)]),
            finding,
            Say($"{finding}{(missed.Length == 0 ? "" : $": {And(missed)}")}; {FaultyTrainer.Faults.Count} faults have a check each and {signs.Length} causes a sign in the log, and in a sound trainer and run {alarms} of them see something"),
            new ExperimentChart("Five broken runs, losses over the first one", new("log entry"), new("loss over the first", Logarithmic: true), [.. signs.Select((s, i) => Line(s.Cause, runs[i].ValidationLoss.Count > 0 ? runs[i].ValidationLoss : runs[i].TrainingLoss))]));
    }

    // What explodes leaves the picture at a thousand times the first loss.
    private static ExperimentLine Line(string name, IReadOnlyList<double> losses) =>
        ExperimentLine.Over(name, [.. losses.Select(l => l / losses[0]).TakeWhile(l => l < 1000)]);
}
