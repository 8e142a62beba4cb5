using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>Tensors that live in a machine's memory and are named by arrays of the host; each is copied only where the other side has changed it.</summary>
/// <param name="machine">Whose memory.</param>
internal sealed class ResidentTensors(IKernelMachine machine)
{
    private readonly ConditionalWeakTable<Real32[], Resident> _byArray = [];
    private readonly List<Resident> _all = [];
    private int _sweepAt = 256;

    /// <summary>The memory of a tensor that a kernel reads.</summary>
    public KernelBuffer In(Real32[] tensor)
    {
        Resident resident = Of(tensor);
        if (!resident.OnDevice)
            machine.Write<Real32>(resident.Buffer, tensor);
        resident.OnDevice = true;
        return resident.Buffer;
    }

    /// <summary>The memory of a tensor that a kernel writes whole.</summary>
    public KernelBuffer Out(Real32[] tensor)
    {
        Resident resident = Of(tensor);
        (resident.OnDevice, resident.OnHost) = (true, false);
        return resident.Buffer;
    }

    /// <summary>The memory of a tensor that a kernel reads and writes.</summary>
    public KernelBuffer InOut(Real32[] tensor)
    {
        In(tensor);
        return Out(tensor);
    }

    /// <summary>Brings a tensor into its array, where kernels have written it since.</summary>
    public Real32[] Read(Real32[] tensor)
    {
        if (_byArray.TryGetValue(tensor, out Resident? resident) && !resident.OnHost)
        {
            machine.Read<Real32>(resident.Buffer, tensor);
            resident.OnHost = true;
        }

        return tensor;
    }

    /// <summary>The array has been written.</summary>
    public void Written(Real32[] tensor)
    {
        if (_byArray.TryGetValue(tensor, out Resident? resident))
            (resident.OnHost, resident.OnDevice) = (true, false);
    }

    /// <summary>What the tensor holds counts for nothing.</summary>
    public void Forget(Real32[] tensor)
    {
        if (!_byArray.TryGetValue(tensor, out Resident? resident))
            return;
        machine.Forget(resident.Buffer);
        (resident.OnHost, resident.OnDevice) = (true, false);
    }

    private Resident Of(Real32[] tensor)
    {
        if (_byArray.TryGetValue(tensor, out Resident? resident))
            return resident;
        Sweep();
        resident = new Resident(machine.Allocate<Real32>("a tensor of " + tensor.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), tensor.Length), new WeakReference(tensor));
        _byArray.Add(tensor, resident);
        _all.Add(resident);
        return resident;
    }

    // Memory whose array is gone goes too, now and then.
    private void Sweep()
    {
        if (_all.Count < _sweepAt)
            return;
        foreach (Resident gone in _all.Where(resident => !resident.Array.IsAlive))
            machine.Release(gone.Buffer);
        _all.RemoveAll(resident => !resident.Array.IsAlive);
        _sweepAt = Math.Max(256, 2 * _all.Count);
    }

    private sealed class Resident(KernelBuffer buffer, WeakReference array)
    {
        public KernelBuffer Buffer { get; } = buffer;

        public WeakReference Array { get; } = array;

        public bool OnHost { get; set; } = true;

        public bool OnDevice { get; set; }
    }
}
