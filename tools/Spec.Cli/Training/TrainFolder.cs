using System.Text;
using TrainingSpec.Numbers;
using TrainingSpec.Models;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>The folder of a run: checkpoint, the one before it, tokenizer, metrics and their picture. One run at a time may hold it.</summary>
internal sealed class TrainFolder : IDisposable
{
    private const string Metrics = "metrics";
    private readonly string _path;
    private readonly FileStream _hold;

    /// <summary>Takes a folder, which is made where it is not there.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">Another run holds it, or it can't be written.</exception>
    public TrainFolder(string path)
    {
        if (File.Exists(path))
            throw new ArgumentException($"--out {path} is a file, not a folder");
        _path = Directory.CreateDirectory(path).FullName;
        try
        {
            _hold = new FileStream(Of(".running"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(Of(".running")))
        {
            throw new IOException($"--out {path} is held by another run", e);
        }
    }

    /// <summary>The checkpoint's path.</summary>
    public string Checkpoint => Of("checkpoint.safetensors");

    /// <summary>The path of the checkpoint before it.</summary>
    public string Previous => Of("previous.safetensors");

    /// <summary>True where there is a checkpoint.</summary>
    public bool HasCheckpoint => File.Exists(Checkpoint);

    /// <summary>What a checkpoint says, refused where it is damaged or of another run.</summary>
    /// <exception cref="TensorFileException">One line with the file's name and, where there is one, that of the checkpoint before it.</exception>
    public (OrderedDictionary<string, Real32[]> Weights, AdamState<Real32>? State, TrainLog Log) Read(TrainSettings settings)
    {
        try
        {
            (OrderedDictionary<string, Real32[]> weights, AdamState<Real32>? state, IReadOnlyDictionary<string, string> said) = GptCheckpoint.Read(File.ReadAllBytes(Checkpoint), settings.Config, Checkpoint);
            foreach ((string name, string value) in settings.Named())
            {
                if (said.GetValueOrDefault(name) != value)
                    throw new TensorFileException($"{Checkpoint}: the checkpoint is of a run with {name} = {said.GetValueOrDefault(name) ?? "nothing"} and not {value}");
            }

            return (weights, state, TrainLog.Parse(said.GetValueOrDefault(Metrics, "")));
        }
        catch (TensorFileException e)
        {
            throw new TensorFileException(e.Message + (File.Exists(Previous) ? $"; the one before it is {Previous}" : ""), e);
        }
    }

    /// <summary>Writes checkpoint, metrics and picture; what was the checkpoint becomes the one before it. A run that is killed leaves one of the two whole.</summary>
    public void Write(Gpt<Real32> gpt, AdamState<Real32>? state, TrainSettings settings, TrainLog log)
    {
        byte[] bytes = GptCheckpoint.Write(gpt, state, new Dictionary<string, string>(settings.Named()) { [Metrics] = log.Csv() });
        if (HasCheckpoint)
            Put((Previous, File.ReadAllBytes(Checkpoint)));
        Put((Checkpoint, bytes), (Of("tokenizer.json"), Encoding.UTF8.GetBytes(settings.Tokenizer.Serialize())), (Of("metrics.csv"), Encoding.UTF8.GetBytes(log.Csv())), (Of("loss.svg"), Encoding.UTF8.GetBytes(log.Picture(settings))));
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose()
    {
        _hold.Dispose();
        File.Delete(Of(".running"));
    }

    private static void Put(params (string Path, byte[] Bytes)[] files)
    {
        var staged = new List<ReplacedFile>();
        try
        {
            foreach ((string path, byte[] bytes) in files)
                staged.Add(ReplacedFile.Stage(path, bytes));
            ReplacedFile.PutInPlace(staged);
        }
        finally
        {
            staged.ForEach(file => file.Dispose());
        }
    }

    private string Of(string name) => Path.Combine(_path, name);
}
