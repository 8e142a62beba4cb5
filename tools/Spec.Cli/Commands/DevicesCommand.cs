using System.CommandLine;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Ilgpu;

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
        DeviceCheckResult operations = DeviceCheck.Run(device);
        Say(output, "operations", operations);
        var formulas = new DeviceCheckResult(0, 0, 0, null);
        int refused = 0;
        foreach (Formula formula in FormulaCatalog.All.Where(formula => formula.Shape == FormulaShape.Scalar))
        {
            try
            {
                formulas = formulas.With(DeviceCheck.Run(device, formula));
            }
            catch (InvalidOperationException refusal)
            {
                // What one driver makes of one kernel is no reason to leave out the others.
                output.WriteLine($"  {formula.Id}: {refusal.Message.ReplaceLineEndings(" ")}");
                refused++;
            }
        }

        Say(output, "formulas of numbers in both precisions", formulas);
        return operations.Passed && formulas.Passed && refused == 0;
    }

    private static void Say(TextWriter output, string what, DeviceCheckResult result) =>
        output.WriteLine($"  {what}: {result.Cases} cases, {result.Values} values, {result.Differences} other than the reference{(result.First is null ? "" : $"; first: {result.First}")}");
}
