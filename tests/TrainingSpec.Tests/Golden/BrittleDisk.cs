namespace TrainingSpec.Tests.Golden;

/// <summary>The process ends here: no code that handles errors of files catches it, and no step after it does anything.</summary>
internal sealed class KilledException : Exception;

/// <summary>How a step of a brittle disk ends.</summary>
public enum Break
{
    /// <summary>The process is killed in the middle of a write; for any other step, the same as before it.</summary>
    KillWithin,

    /// <summary>The process is killed after the step.</summary>
    KillAfter,

    /// <summary>The step fails as on a full disk; those after it succeed.</summary>
    Fail,

    /// <summary>The step fails, and all after it.</summary>
    FailForGood,
}

/// <summary>A disk on which steps end badly: the first of them by one count, another by a second one.</summary>
/// <param name="steps">The steps that end badly, counted from 1, and how.</param>
internal sealed class BrittleDisk(params (int Step, Break How)[] steps) : Disk
{
    private int _step;
    private bool _killed;
    private bool _full;

    /// <summary>How many of the steps have come.</summary>
    public int Broken { get; private set; }

    public override void MakeFolder(string path) => Do(() => base.MakeFolder(path), () => { });

    // Without waiting for the medium: whether a killed process's writes are there is the system's part, not the medium's.
    public override void Write(string path, byte[] bytes, UnixFileMode? mode) =>
        Do(() => File.WriteAllBytes(path, bytes), () => File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]));

    public override void Move(string from, string to) => Do(() => base.Move(from, to), () => { });

    public override void Delete(string path) => Do(() => base.Delete(path), () => { });

    public override void DeleteFolder(string path) => Do(() => base.DeleteFolder(path), () => { });

    private void Do(Action whole, Action half)
    {
        if (_killed) throw new KilledException();
        if (_full) throw new IOException("No space left on device");
        _step++;
        int i = Array.FindIndex(steps, s => s.Step == _step);
        if (i < 0)
        {
            whole();
            return;
        }

        Broken++;
        Break how = steps[i].How;
        _killed = how is Break.KillWithin or Break.KillAfter;
        _full = how is Break.FailForGood;
        if (how == Break.KillWithin || !_killed) half();
        if (how == Break.KillAfter) whole();
        throw _killed ? new KilledException() : new IOException("No space left on device");
    }
}
