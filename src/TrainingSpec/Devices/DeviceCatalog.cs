namespace TrainingSpec.Devices;

/// <summary>A device that can be opened.</summary>
/// <param name="Name">A short stable name, unique in a catalogue.</param>
/// <param name="Kind">What it is made of.</param>
/// <param name="Description">One line for people.</param>
/// <param name="Open">Opens it; the caller disposes it.</param>
public sealed record DeviceEntry(string Name, DeviceKind Kind, string Description, Func<IDevice> Open);

/// <summary>Something that contributes devices to the catalogue, such as a back end that needs a package.</summary>
public interface IDeviceSource
{
    /// <summary>One line for each thing that this source leaves out, with the reason.</summary>
    IReadOnlyList<string> LeftOut { get; }

    /// <summary>The devices of this machine; empty where the source is left out.</summary>
    IReadOnlyList<DeviceEntry> List();
}

/// <summary>The devices of this machine, the reference first.</summary>
public sealed class DeviceCatalog
{
    /// <summary>Collects the devices that need no package and those of the given sources.</summary>
    /// <param name="sources">Sources beyond the reference and this processor.</param>
    public DeviceCatalog(params IReadOnlyList<IDeviceSource> sources)
    {
        var entries = new List<DeviceEntry> { Entry(() => new ReferenceDevice()) };
        foreach (int lanes in CpuDevice.LaneCounts)
        {
            foreach (int threads in new[] { Environment.ProcessorCount, 1 }.Distinct())
                entries.Add(Entry(() => new CpuDevice(threads, lanes)));
        }

        foreach (IDeviceSource source in sources)
            entries.AddRange(source.List());
        Devices = entries;
        LeftOut = [.. sources.SelectMany(source => source.LeftOut)];
    }

    /// <summary>What can be opened here.</summary>
    public IReadOnlyList<DeviceEntry> Devices { get; }

    /// <summary>One line for each thing that a source leaves out, with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>The device of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public DeviceEntry Find(string name) =>
        Devices.FirstOrDefault(entry => entry.Name == name)
        ?? throw new ArgumentException($"name = {name} is no device; there are {string.Join(", ", Devices.Select(entry => entry.Name))}", nameof(name));

    private static DeviceEntry Entry(Func<IDevice> open)
    {
        using IDevice device = open();
        return new DeviceEntry(device.Name, device.Kind, device.Description, open);
    }
}
