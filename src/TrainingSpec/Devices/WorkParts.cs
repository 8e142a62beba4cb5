namespace TrainingSpec.Devices;

/// <summary>Splits work into contiguous parts over threads; what runs where and when decides about no bit.</summary>
/// <param name="threads">How many work at once, at most; with 1 nothing leaves the calling thread.</param>
internal sealed class WorkParts(int threads)
{
    // More parts than threads, so that a thread that is held up leaves work to the others.
    private const int PartsPerThread = 8;

    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads };

    /// <summary>How many threads work at once, at most.</summary>
    public int Threads { get; } = threads;

    /// <summary>Runs whole units, each part from its first to before its end.</summary>
    public void Run(int units, Action<int, int> run)
    {
        if (Threads == 1 || units == 1)
        {
            run(0, units);
            return;
        }

        int parts = Math.Min(units, Threads * PartsPerThread);
        Parallel.For(0, parts, _options, part => run((int)((long)units * part / parts), (int)((long)units * (part + 1) / parts)));
    }
}
