using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Ilgpu;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace Spec.Cli.Training;

/// <summary>What a training computes with: this processor's threads, or a device of the catalogue, with the same bits.</summary>
internal sealed class TrainDevice : IDisposable
{
    private readonly IDevice? _device;

    private TrainDevice(ITensorOperations<Real32> operations, IDevice? device) => (Operations, _device) = (operations, device);

    /// <summary>Its operations; they live as long as it does.</summary>
    public ITensorOperations<Real32> Operations { get; }

    /// <summary>Opens one, and tries two steps of a tiny GPT on it.</summary>
    /// <param name="name">A name of <c>spec devices</c>; null for this processor's threads.</param>
    /// <param name="threads">How many threads, where there is no name.</param>
    /// <exception cref="ArgumentException">There is no such device, it can't train, or it has other bits than the reference.</exception>
    public static TrainDevice Open(string? name, int threads)
    {
        if (name is null)
            return new TrainDevice(new CpuOperations(threads), null);
        var catalog = new DeviceCatalog(new IlgpuDevices());
        string[] names = [.. catalog.Devices.Select(d => d.Name)];
        string known = names.FirstOrDefault(n => n.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"device = {name} is outside {{{string.Join(", ", names)}}}{string.Concat(catalog.LeftOut.Select(line => $"; {line}"))}{NearNames.Question(name, names)}");
        return Open(catalog.Find(known));
    }

    /// <summary>Opens a device of some catalogue, and tries it.</summary>
    /// <param name="entry">The device.</param>
    /// <exception cref="ArgumentException">It can't train, or has other bits than the reference.</exception>
    public static TrainDevice Open(DeviceEntry entry)
    {
        IDevice? device = null;
        try
        {
            device = entry.Open();
            if (GptStepCheck.Run(device, GptStepCheck.Models.Keys.First()).Result.First is { } other)
                throw new InvalidOperationException($"it has other bits than the reference: {other}");
            return new TrainDevice(device.Operations, device);
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException)
        {
            device?.Dispose();
            throw new ArgumentException($"device = {entry.Name} can't train: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _device?.Dispose();
}
