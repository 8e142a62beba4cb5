namespace TrainingSpec.Conformance.Oracle;

/// <summary>Gives memory back to the system after requests that took much of it; small ones never pay for that.</summary>
internal sealed class LargeRequests
{
    private const long Large = 16 << 20;
    private long _allocated = GC.GetAllocatedBytesForCurrentThread();
    private bool _owed;

    /// <summary>Notes what was allocated since the last note.</summary>
    public void Note()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        _owed |= allocated - _allocated > Large;
        _allocated = allocated;
    }

    /// <summary>Collects, compacts and gives back, if a large request was answered since the last time.</summary>
    public void GiveBack()
    {
        if (!_owed)
            return;
        _owed = false;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
