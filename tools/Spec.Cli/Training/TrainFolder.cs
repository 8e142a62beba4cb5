using System.Globalization;
using System.Text;
using TrainingSpec.Numbers;
using TrainingSpec.Models;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>The folder of a run: checkpoint, the one before it, tokenizer, metrics and their picture. One run at a time may hold it.</summary>
internal sealed class TrainFolder : IDisposable
{
    private const string Metrics = "metrics";
    private const string Hold = ".running";
    private static readonly string[] Names = ["checkpoint.safetensors", "previous.safetensors", "best.safetensors", "tokenizer.json", "metrics.csv", "metrics.jsonl", "loss.svg", "rate.svg", "published.csv", "published.svg"];

    private readonly string _given;
    private readonly string _path;
    private readonly ResultFolder _folder;
    private readonly FileStream _hold;
    private string? _events;
    private long _recorded;

    /// <summary>Takes a folder, which is made where it is not there.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="ArgumentException">It is a file, or the name of one of its files is no file's.</exception>
    /// <exception cref="IOException">Another run holds it, or it can't be written.</exception>
    public TrainFolder(string path)
    {
        _path = ResultFolder.Full($"--out {path}", path);
        ReadFiles.RefuseKept($"--out {path}", _path);
        if (File.Exists(_path))
            throw new ArgumentException($"--out {path} is a file, not a folder");
        _given = path;
        _folder = new ResultFolder($"--out {path}", _path);
        RefuseOthers();
        try
        {
            _hold = new FileStream(Of(Hold), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(Of(Hold)))
        {
            throw new IOException($"--out {path} is held by another run", e);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a text that lies where the run would write, before the text is read.</summary>
    /// <param name="path">The folder's path, which need not be there; null for none.</param>
    /// <param name="corpus">The text's; null for none.</param>
    /// <exception cref="ArgumentException">They are one file.</exception>
    public static void RefuseCorpus(string? path, string? corpus)
    {
        if (string.IsNullOrEmpty(path) || corpus is null)
            return;
        string folder = ResultFolder.Full($"--out {path}", path);
        foreach (string name in Names.Append(Hold))
            ReadFiles.Refuse($"--out {path} writes {name}, which", Path.Combine(folder, name), ("--corpus", corpus));
    }

    /// <summary>The checkpoint's path.</summary>
    public string Checkpoint => Of("checkpoint.safetensors");

    /// <summary>The path of the checkpoint before it.</summary>
    public string Previous => Of("previous.safetensors");

    /// <summary>The path of the weights of least validation loss, where a run stops early.</summary>
    public string Best => Of("best.safetensors");

    /// <summary>True to write the metrics as lines of JSON, too.</summary>
    public bool WritesJson { get; init; }

    /// <summary>True to write TensorBoard's events, too.</summary>
    public bool WritesEvents { get; init; }

    /// <summary>True where there is a checkpoint.</summary>
    public bool HasCheckpoint => File.Exists(Real(Checkpoint));

    /// <summary>Refuses to go on from nothing, and to write over what another run left.</summary>
    /// <param name="resumes">Whether a run goes on from the checkpoint.</param>
    /// <exception cref="ArgumentException">There is no checkpoint to go on from, or one that nobody goes on from.</exception>
    public void Require(bool resumes)
    {
        bool before = File.Exists(Real(Previous));
        if (resumes && !HasCheckpoint)
            throw new ArgumentException($"--out {_given} has no checkpoint to go on from{(before ? "; renamed to checkpoint.safetensors, previous.safetensors is one" : "")}");
        if (!resumes && HasCheckpoint)
            throw new ArgumentException($"--out {_given} has a checkpoint: --resume goes on from it");
        if (!resumes && before)
            throw new ArgumentException($"--out {_given} has previous.safetensors of another run: renamed to checkpoint.safetensors, --resume goes on from it");
    }

    /// <summary>What a checkpoint says, refused where it is damaged or of another run.</summary>
    /// <exception cref="TensorFileException">One line with the file's name and, where there is one, that of the checkpoint before it.</exception>
    public (OrderedDictionary<string, Real32[]> Weights, AdamState<Real32>? State, TrainLog Log, IReadOnlyDictionary<string, string> Said) Read(TrainSettings settings)
    {
        (OrderedDictionary<string, Real32[]> weights, AdamState<Real32>? state, IReadOnlyDictionary<string, string> said) = Read(settings.Named(), bytes =>
        {
            (OrderedDictionary<string, Real32[]> Weights, AdamState<Real32>? State, IReadOnlyDictionary<string, string> Said) read = GptCheckpoint.Read(bytes, settings.Config, Checkpoint);
            return (read, read.Said);
        });
        var log = TrainLog.Parse(said.GetValueOrDefault(Metrics, ""));
        _recorded = log.Points.Count;
        return (weights, state, log, said);
    }

    /// <summary>What a checkpoint says, refused where it is damaged or of another run.</summary>
    /// <param name="named">What the run says of itself.</param>
    /// <param name="parse">What reads the file's bytes, and gives what it says of its run too.</param>
    /// <exception cref="TensorFileException">One line with the file's name and, where there is one, that of the checkpoint before it.</exception>
    public T Read<T>(IReadOnlyDictionary<string, string> named, Func<byte[], (T Read, IReadOnlyDictionary<string, string> Said)> parse)
    {
        try
        {
            (T read, IReadOnlyDictionary<string, string> said) = parse(File.ReadAllBytes(Checkpoint));
            foreach ((string name, string value) in named)
            {
                if (said.GetValueOrDefault(name) != value)
                    throw new TensorFileException($"{Checkpoint}: the checkpoint is of a run with {name} = {said.GetValueOrDefault(name) ?? "nothing"} and not {value}");
            }

            return read;
        }
        catch (TensorFileException e)
        {
            throw new TensorFileException(e.Message + (File.Exists(Previous) ? $"; the one before it is {Previous}" : ""), e);
        }
    }

    /// <summary>The weights of least validation loss.</summary>
    /// <exception cref="TensorFileException">One line with the file's name.</exception>
    public OrderedDictionary<string, Real32[]> ReadBest(TrainSettings settings) => GptCheckpoint.Read(File.ReadAllBytes(Best), settings.Config, Best).Weights;

    /// <summary>Writes checkpoint, metrics and picture; what was the checkpoint becomes the one before it. A run that is killed leaves one of the two whole.</summary>
    /// <param name="gpt">The model.</param>
    /// <param name="stepper">Its trainer.</param>
    /// <param name="settings">The run.</param>
    /// <param name="log">Its steps.</param>
    /// <param name="best">The weights of least validation loss, where they are kept.</param>
    public void Write(Gpt<Real32> gpt, TrainStepper stepper, TrainSettings settings, TrainLog log, OrderedDictionary<string, Real32[]>? best)
    {
        var said = new Dictionary<string, string>(settings.Named()) { [Metrics] = log.Csv() };
        foreach ((string name, string value) in stepper.Said)
            said.Add(name, value);
        byte[] bytes = GptCheckpoint.Write(gpt, stepper.State, said);
        KeepPrevious();

        // Before the checkpoint: a run that is killed between them makes the same best weights again.
        if (best is not null)
            Put((Best, GptCheckpoint.Write(new Gpt<Real32>(settings.Config, best), null, settings.Named())));

        // Before the checkpoint, too: after it nobody would say them, and said twice they are the same.
        if (WritesEvents)
            Append(log);
        PutCheckpoint(bytes, Texts(settings, log));
    }

    /// <summary>Writes anew what beside the checkpoint is not what it says: where a run is at its end, nobody else would. A checkpoint has a checksum, and these say again what is in it.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="log">Its steps.</param>
    /// <returns>The names of what was damaged or missing.</returns>
    public IReadOnlyList<string> Mend(TrainSettings settings, TrainLog log) => Mend(Texts(settings, log));

    /// <summary>Writes anew what is not as it must be.</summary>
    /// <param name="texts">Names of files, and what must be in them.</param>
    /// <returns>The names of what was damaged or missing.</returns>
    public IReadOnlyList<string> Mend(IReadOnlyList<(string Name, string Text)> texts)
    {
        (string Name, string Text)[] damaged = [.. texts.Where(t => !Says(Real(Of(t.Name)), t.Text))];
        if (damaged.Length > 0)
            Write(damaged);
        return [.. damaged.Select(t => t.Name)];
    }

    /// <summary>The line that says what was written anew.</summary>
    public static string Mended(IReadOnlyList<string> names) => $"{string.Join(", ", names)} {(names.Count == 1 ? "was" : "were")} damaged or missing, and written anew from the checkpoint";

    // In lines of JSON the seconds of a step, which no checkpoint has, stand behind the rest.
    private static bool Says(string path, string text)
    {
        if (!File.Exists(path))
            return false;
        string has = File.ReadAllText(path);
        if (Path.GetExtension(path) != ".jsonl")
            return has == text;
        string[] lines = has.Split('\n'), right = text.Split('\n');
        return lines.Length == right.Length && lines.Zip(right).All(l => l.First == l.Second || (l.Second.Length > 0 && l.First.StartsWith(l.Second[..^1] + ",\"seconds\":", StringComparison.Ordinal) && l.First.EndsWith('}')));
    }

    private List<(string Name, string Text)> Texts(TrainSettings settings, TrainLog log)
    {
        string title = settings.Preset.Name;
        List<(string, string)> texts =
        [
            ("tokenizer.json", settings.Tokenizer.Serialize()),
            ("metrics.csv", log.Csv()),
            ("loss.svg", log.Losses(title, settings.Seed, settings.Steps).Draw()),
            ("rate.svg", log.Rates(title, settings.Steps).Draw()),
        ];
        if (WritesJson)
            texts.Add(("metrics.jsonl", log.JsonLines()));
        return texts;
    }

    /// <summary>Writes a checkpoint and texts; what was the checkpoint becomes the one before it.</summary>
    /// <param name="checkpoint">The checkpoint's bytes.</param>
    /// <param name="texts">Names of files, and what is in them.</param>
    public void Write(byte[] checkpoint, IReadOnlyList<(string Name, string Text)> texts)
    {
        KeepPrevious();
        PutCheckpoint(checkpoint, texts);
    }

    private void KeepPrevious()
    {
        if (HasCheckpoint)
            Put((Previous, File.ReadAllBytes(Checkpoint)));
    }

    // The checkpoint last: whoever goes on from the one before writes the others again.
    private void PutCheckpoint(byte[] checkpoint, IReadOnlyList<(string Name, string Text)> texts) =>
        Put([.. texts.Select(t => (Of(t.Name), Encoding.UTF8.GetBytes(t.Text))), (Checkpoint, checkpoint)]);

    // Readers of such files follow what is appended; each process has a file of its own, as they expect.
    private void Append(TrainLog log)
    {
        double now = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        bool starts = _events is null;
        _events ??= Of(string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{(long)now:D10}.spec.{Environment.ProcessId}"));
        using FileStream file = new(_events, FileMode.Append, FileAccess.Write);
        if (starts)
            file.Write(EventFile.Start(now));
        foreach (byte[] record in log.Events(_recorded + 1, now))
            file.Write(record);
        _recorded = log.Points.Count;
    }

    /// <summary>Writes texts, all or none.</summary>
    public void Write(IReadOnlyList<(string Name, string Text)> texts) => Put([.. texts.Select(t => (Of(t.Name), Encoding.UTF8.GetBytes(t.Text)))]);

    /// <summary>Gives the folder back; one that was made, and that nothing has come into, goes again.</summary>
    public void Dispose()
    {
        _hold.Dispose();
        File.Delete(Of(Hold));
        _folder.Dispose();
    }

    private void Put(params (string Path, byte[] Bytes)[] files)
    {
        var staged = new List<ReplacedFile>();
        try
        {
            foreach ((string path, byte[] bytes) in files)
                staged.Add(ReplacedFile.Stage(Real(path), bytes));
            ReplacedFile.PutInPlace(staged);
        }
        finally
        {
            staged.ForEach(file => file.Dispose());
        }
    }

    // Before any training: a pipe would be waited for at its end, and a device can't be read back.
    private void RefuseOthers()
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in Names)
        {
            string at = Real(Of(name));
            if (!places.TryAdd(at, name))
                throw new ArgumentException($"--out {_given} has {places[at]} and {name} in one place");
        }
    }

    // Where a file's links lead: that is replaced, and the links stay.
    private string Real(string path)
    {
        string has = $"--out {_given} has {Path.GetFileName(path)}";
        string at = RealPath.Of(has, path) ?? throw new ArgumentException($"{has}, which leads into no folder that exists");
        if (Directory.Exists(at) || RealPath.Descriptor(at) is not null || !FileKind.IsPlain(at))
            throw new ArgumentException($"{has}, which is a folder, a pipe or a device and no file");
        return at;
    }

    private string Of(string name) => Path.Combine(_path, name);
}
