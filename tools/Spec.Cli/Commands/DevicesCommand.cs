using System.CommandLine;
using TrainingSpec.Devices;
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
            if (!check)
                continue;
            IDevice device = entry.Open();
            DeviceCheckResult result = DeviceCheck.Run(device);
            (device as IDisposable)?.Dispose();
            output.WriteLine($"  {result.Cases} cases, {result.Values} values, {result.Differences} other than the reference{(result.First is null ? "" : $"; first: {result.First}")}");
            differing += result.Differences > 0 ? 1 : 0;
        }

        foreach (string line in catalog.LeftOut)
            output.WriteLine(line);
        return differing == 0 ? 0 : 1;
    }
}
