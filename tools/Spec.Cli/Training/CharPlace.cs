namespace Spec.Cli.Training;

/// <summary>Where a training of D0's character model is saved, if anywhere, and whether it goes on from what is there.</summary>
internal sealed class CharPlace
{
    private readonly string? _path;

    private CharPlace(string? path, bool resumes) => (_path, Resumes) = (path, resumes);

    /// <summary>True where it goes on.</summary>
    public bool Resumes { get; }

    /// <summary>The place that the options say.</summary>
    /// <param name="path">The folder; null for none.</param>
    /// <param name="resumes">Whether to go on.</param>
    /// <param name="compares">Whether several trainings are compared, which no folder holds.</param>
    /// <exception cref="ArgumentException">They say none that could be.</exception>
    public static CharPlace Of(string? path, bool resumes, bool compares)
    {
        if (compares && (path is not null || resumes))
            throw new ArgumentException($"--order compare trains four models, and {(resumes ? "--resume" : "--out")} is for one");
        return path is not null || !resumes ? new CharPlace(path, resumes) : throw new ArgumentException("--resume needs --out, the folder of the run");
    }

    /// <summary>Takes the folder.</summary>
    /// <exception cref="ArgumentException">There is no checkpoint to go on from, or one that nobody goes on from.</exception>
    /// <exception cref="IOException">Another run holds it.</exception>
    public TrainFolder? Open()
    {
        if (_path is null)
            return null;
        var folder = new TrainFolder(_path);
        try
        {
            folder.Require(Resumes);
        }
        catch (ArgumentException)
        {
            folder.Dispose();
            throw;
        }

        return folder;
    }
}
