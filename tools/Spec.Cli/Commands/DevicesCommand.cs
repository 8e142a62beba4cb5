using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Ilgpu;
using TrainingSpec.Models;

namespace Spec.Cli.Commands;

/// <summary><c>spec devices [--check]</c>.</summary>
internal static class DevicesCommand
{
    public static Command Create(TextWriter output)
    {
        var check = new Option<bool>("--check") { Description = "compare each device with the scalar reference, bit by bit" };
        var command = new Command("devices", "List the devices of this machine. Example: spec devices --check") { check };
        command.SetAction(parsed => Run(output, parsed.GetValue(check)));
        return command;
    }

    private static int Run(TextWriter output, bool check)
    {
        var catalog = new DeviceCatalog(new IlgpuDevices());
        int differing = 0;
        foreach (DeviceEntry entry in catalog.Devices)
        {
            output.WriteLine($"{entry.Name}: {entry.Description}");
            if (check && !Passes(output, entry))
                differing++;
            output.Flush();
        }

        foreach (string line in catalog.LeftOut)
            output.WriteLine(line);
        return differing == 0 ? 0 : 1;
    }

    private static bool Passes(TextWriter output, DeviceEntry entry)
    {
        using IDevice device = entry.Open();
        long start = Stopwatch.GetTimestamp();
        DeviceCheckResult operations = DeviceCheck.Run(device);
        Say(output, "operations", operations, start);
        bool formulas = Passes(output, device, "formulas of numbers in both precisions", FormulaCatalog.All.Where(formula => formula.Shape == FormulaShape.Scalar));
        bool rows = Passes(output, device, "formulas of rows in both precisions", FormulaCatalog.All.Where(formula => formula.Shape != FormulaShape.Scalar));
        bool step = StepPasses(output, device);
        Rates(output, device);
        return operations.Passed && formulas && rows && step;
    }

    private static bool Passes(TextWriter output, IDevice device, string what, IEnumerable<Formula> formulas)
    {
        long start = Stopwatch.GetTimestamp();
        var result = new DeviceCheckResult(0, 0, 0, null);
        int refused = 0, widest = Interprets(device) ? 4097 : int.MaxValue;
        foreach (Formula formula in formulas)
        {
            try
            {
                result = result.With(DeviceCheck.Run(device, formula, widest: widest));
            }
            catch (InvalidOperationException refusal)
            {
                // What one driver makes of one kernel is no reason to leave out the others.
                output.WriteLine($"  {formula.Id}: {refusal.Message.ReplaceLineEndings(" ")}");
                refused++;
            }
        }

        Say(output, what, result, start);
        return result.Passed && refused == 0;
    }

    // The operations of a training step, a line for each over all its sizes, then whole steps.
    private static bool StepPasses(TextWriter output, IDevice device)
    {
        bool passed = true;
        try
        {
            var models = GptStepCheck.Models.Keys.Select(model => GptStepCheck.Run(device, model));
            output.WriteLine($"  {"operation",-28} {"cases",5}  {"to",-46} {"values",9}  {"seconds",8}  bits");
            foreach (IGrouping<string, OperationComparison> operation in OperationCheck.Run(device, Interprets(device) ? 20_000 : int.MaxValue).Concat(models).GroupBy(one => one.Operation))
            {
                DeviceCheckResult all = operation.Select(one => one.Result).Aggregate((one, other) => one.With(other));
                string seconds = operation.Sum(one => one.Seconds).ToString("F3", CultureInfo.InvariantCulture);
                output.WriteLine($"  {operation.Key,-28} {operation.Count(),5}  {operation.Last().Size,-46} {all.Values,9}  {seconds,8}  {(all.Passed ? "the reference's" : $"{all.Differences} OTHER; first: {all.First}")}");
                passed &= all.Passed;
            }
        }
        catch (InvalidOperationException refusal)
        {
            output.WriteLine($"  a training step: {refusal.Message.ReplaceLineEndings(" ")}");
            passed = false;
        }

        return passed;
    }

    private static void Rates(TextWriter output, IDevice device)
    {
        int width = Interprets(device) ? 8 : device.Kind == DeviceKind.Reference ? 64 : 256;
        try
        {
            output.WriteLine($"  {"operation",-28} {"size",-20} {"milliseconds",12} {"per second",10}");
            foreach (OperationRate rate in OperationRate.Measure(device, width))
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rate.Operation,-28} {rate.Size,-20} {1000 * rate.Seconds,12:F3} {rate.PerSecond,10:G3} {rate.Unit}"));
        }
        catch (InvalidOperationException refusal)
        {
            output.WriteLine($"  no speeds: {refusal.Message.ReplaceLineEndings(" ")}");
        }
    }

    // Long rows would take minutes there, and show nothing that shorter ones don't.
    private static bool Interprets(IDevice device) => device.Kind is DeviceKind.Simulator or DeviceKind.Ptx;

    private static void Say(TextWriter output, string what, DeviceCheckResult result, long start) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: {result.Cases} cases, {result.Values} values, {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} seconds, {result.Differences} other than the reference{(result.First is null ? "" : $"; first: {result.First}")}"));
}
