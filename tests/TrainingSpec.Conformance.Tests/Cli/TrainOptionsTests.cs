using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spec.Cli.Plots;
using Spec.Cli.Training;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>What a run can be told: to accumulate, to stop early, to compute in halves, to write its metrics in other forms; and what it says where a number is none.</summary>
public sealed class TrainOptionsTests
{
    private static readonly byte[] Corpus = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 150).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} and {i + 1} make {i + i + 1}.\n"))));
    private static readonly GptPreset Tiny = GptPreset.All[0] with { Config = GptPreset.All[0].Config with { Width = 8, Heads = 2, Layers = 4, Context = 8 } };
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("train-options").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [TestCase(PassFormat.Float32, 1, null)]
    [TestCase(PassFormat.Float32, 3, 2)]
    [TestCase(PassFormat.Float16, 2, 2)]
    [TestCase(PassFormat.BFloat16, 1, 4)]
    public void A_run_that_is_stopped_goes_on_to_the_bits_of_one_that_never_was(object format, int microBatches, int? segments)
    {
        var settings = new TrainSettings(Tiny, Corpus, 6, 7) { Format = (PassFormat)format, MicroBatches = microBatches, Patience = 3 };
        byte[] whole = Trained(settings, "whole", null, null), parts = Trained(settings, "parts", segments, 3);
        Assert.That(parts, Is.EqualTo(whole));
        Assert.That(whole, Is.Not.EqualTo(Trained(settings with { MicroBatches = 4 }, "other", null, null)));
    }

    [Test]
    public void Early_stopping_restores_the_best_weights_also_after_a_resumption()
    {
        // Rates that grow spoil what the first steps have learned.
        GptPreset spoiled = Tiny with { Schedule = steps => new WarmupCosineSchedule(3, 0, steps / 2, steps) };
        var settings = new TrainSettings(spoiled, Corpus, 60, 7) { Patience = 2 };
        foreach (int? stopAfter in new int?[] { null, 10 })
        {
            string path = Path.Combine(_folder, $"early{stopAfter}");
            List<string> said = [];
            TrainRun run = Run(settings, path, 4, null, stopAfter, said.Add);
            double[] losses = [.. run.Log.Points.Select(p => p.Validation).OfType<double>()];
            int best = Array.IndexOf(losses, losses.Min());
            Assert.That(losses, Has.Length.EqualTo(best + 3), "two measurements after the best");
            Assert.That(losses.Length, Is.LessThan(15));
            Assert.That(run.Validation(), Is.EqualTo(losses[best]));
            Assert.That(said[^1], Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"stopped early after step {4 * (best + 3)}; the best validation loss, {losses[best]:F4}, was that after step {4 * (best + 1)}, whose weights are restored")));
            using var folder = new TrainFolder(path);
            Assert.That(folder.ReadBest(settings)["wte"], Is.EqualTo(run.Gpt.Weights["wte"]));
        }
    }

    [Test]
    public void A_number_that_is_none_stops_the_run_says_which_check_fired_first_and_leaves_the_last_good_checkpoint()
    {
        // The first rate is 0.
        GptPreset bursts = Tiny with { MaxNorm = double.PositiveInfinity, Schedule = steps => new WarmupCosineSchedule(1e30, 0, steps / 2, steps) };
        var settings = new TrainSettings(bursts, Corpus, 9, 7);
        string path = Path.Combine(_folder, "burst"), checkpoint = Path.Combine(path, "checkpoint.safetensors");
        IOException fired = Assert.Throws<IOException>(() => Run(settings, path, 1, null, null, _ => { }))!;
        Assert.That(fired.Message, Does.StartWith("step 3: the loss is ").And.EndWith($"; of the checks of loss, gradients and weights, that of the loss fired first; the last good checkpoint is {checkpoint}"));
        using var folder = new TrainFolder(path);
        Assert.That(folder.Read(settings).Log.Points, Has.Count.EqualTo(2));

        // With decay as large, the weights themselves are none before they are saved.
        GptPreset decays = bursts with { Options = AdamOptions.AdamW(1) with { WeightDecay = 1 }, Schedule = steps => new WarmupCosineSchedule(3e38, 0, 1, steps) };
        IOException weights = Assert.Throws<IOException>(() => Run(settings with { Preset = decays }, null, 2, null, null, _ => { }))!;
        Assert.That(weights.Message, Does.Match(@"^step 2: [\w.]+ is not finite after the update; .* that of the weights fired first$"));
    }

    [Test]
    public void Metrics_have_every_form()
    {
        string path = Path.Combine(_folder, "forms");
        TrainRun run = Run(new TrainSettings(Tiny, Corpus, 4, 7), path, 2, null, null, _ => { }, json: true);
        JsonElement[] lines = [.. File.ReadLines(Path.Combine(path, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.That(lines.Select(l => l.GetProperty("loss").GetDouble()), Is.EqualTo(run.Log.Points.Select(p => p.Loss)));
        Assert.That(lines.Select(l => l.TryGetProperty("validation", out _)), Is.EqualTo(new[] { false, true, false, true }));
        Assert.That(lines.All(l => l.GetProperty("seconds").GetDouble() > 0));
        string events = Directory.GetFiles(path, "events.out.tfevents.*").Single();
        (long Step, Dictionary<string, float> Values)[] read = [.. Events(File.ReadAllBytes(events)).Skip(1).Select(e => (e.Step, e.Values))];
        Assert.That(read.Select(e => e.Step), Is.EqualTo(new long[] { 1, 2, 3, 4 }));
        Assert.That(read.Select(e => e.Values["loss/training"]), Is.EqualTo(run.Log.Points.Select(p => (float)p.Loss)));
        Assert.That(read.Select(e => e.Values.ContainsKey("loss/validation")), Is.EqualTo(new[] { false, true, false, true }));
        Assert.That(File.ReadAllText(Path.Combine(path, "rate.svg")), Does.Contain("learning rate").And.EndWith("</svg>\n"));
    }

    // Where a run ends between the two, the one that goes on says a step's events again, or else nobody would.
    [Test]
    public void Events_are_said_before_the_checkpoint_that_says_that_they_were()
    {
        string path = Path.Combine(_folder, "ends-between");

        // A folder that comes in its way while it runs: one that was there is refused at the start.
        Assert.That(() => Run(new TrainSettings(Tiny, Corpus, 2, 7), path, 2, null, null, _ => Directory.CreateDirectory(Path.Combine(path, "metrics.csv")), json: true), Throws.ArgumentException.With.Message.Contain("metrics.csv, which is a folder"));
        Assert.That(File.Exists(Path.Combine(path, "checkpoint.safetensors")), Is.False);
        byte[] events = File.ReadAllBytes(Directory.GetFiles(path, "events.out.tfevents.*").Single());
        Assert.That(Events(events).Skip(1).Select(e => e.Step), Is.EqualTo(new long[] { 1, 2 }));
        Assert.That(EventFile.Steps(events), Is.EqualTo(new long[] { 1, 2 }));
        Assert.That(EventFile.Steps(events[..^1]), Is.EqualTo(new long[] { 1 }), "a last record that is cut off");
        Assert.That(EventFile.Steps(EventFile.Numbers(1, 300, ("a", 0.25))), Is.EqualTo(new long[] { 300 }));
    }

    // The fields of the event by hand, from the format's definition; the checksum of "123456789" is that of RFC 3720.
    [Test]
    public void An_event_has_the_bytes_of_the_format()
    {
        byte[] record = EventFile.Numbers(1.5, 300, ("a", 0.25));
        Assert.That(Convert.ToHexStringLower(record[12..^4]), Is.EqualTo("09" + "000000000000f83f" + "10ac02" + "2a0a" + "0a08" + "0a0161" + "150000803e"));
        Assert.That(Crc("123456789"u8), Is.EqualTo(0xE3069283));
        Assert.That(Events([.. EventFile.Start(2), .. record]).Select(e => (e.Seconds, e.Version)), Is.EqualTo(new[] { (2, "brain.Event:2"), (1.5, "") }));
        record[14] ^= 1;
        Assert.That(() => Events(record).ToArray(), Throws.TypeOf<FormatException>(), "the reader sees a changed byte");
    }

    [Test]
    public void A_plot_is_drawn_in_characters()
    {
        var plot = new Plot("rise", new PlotAxis("step", [0, 5, 10]), new PlotAxis("y", [0, 1]), new PlotLine("l", [(0, 0), (10, 1)]), new PlotLine("d", [(0, 1), (10, 1), (20, 1)], Dashed: true));
        string[] lines = TextPlot.Draw(plot, 19, 3).Split('\n');
        Assert.That(lines[0], Is.EqualTo("rise"));
        Assert.That(lines[1], Does.StartWith("       1│⠉⠀".Replace("⠀", " ", StringComparison.Ordinal)));
        Assert.That(lines[3], Does.StartWith("       0│").And.Match("[\u2840-\u28ff]"));
        Assert.That(lines[1][^1], Is.GreaterThan('\u2800'), "the line ends above on the right");
        Assert.That(lines[3], Has.Length.LessThan(19), "and not below");
        Assert.That(lines[4], Does.Match("^ {9}0 +10 step$"));
    }

    private byte[] Trained(TrainSettings settings, string name, int? segments, int? stopAfter)
    {
        string path = Path.Combine(_folder, name);
        Run(settings, path, 2, segments, stopAfter, _ => { });
        return File.ReadAllBytes(Path.Combine(path, "checkpoint.safetensors"));
    }

    // Stopped once after so many steps, then gone on with.
    private static TrainRun Run(TrainSettings settings, string? path, int every, int? segments, int? stopAfter, Action<string> say, bool json = false, ITensorOperations<Real32>? operations = null)
    {
        while (true)
        {
            int steps = 0;
            var run = new TrainRun(settings, operations ?? new CpuOperations(1), every) { Plan = segments is { } count ? CheckpointPlan.Of(4, count) : null };
            using TrainFolder? folder = path is null ? null : new TrainFolder(path) { WritesJson = json, WritesEvents = json };
            if (run.Train(folder, say, () => steps++, () => steps + 1 == stopAfter))
                return run;
            stopAfter = null;
        }
    }

    // A second reading of the format: records, checksums bit by bit, and fields.
    private static IEnumerable<(double Seconds, long Step, string Version, Dictionary<string, float> Values)> Events(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            byte[] data = file[(at + 12)..(at + 12 + length)];
            if (Masked(file.AsSpan(at, 8)) != BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)) || Masked(data) != BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)))
                throw new FormatException($"the record at {at} has another checksum");
            at += 16 + length;
            Dictionary<string, float> values = [];
            List<(int Field, byte[] Bytes)> fields = Fields(data);
            foreach (byte[] value in fields.Where(f => f.Field == 5).SelectMany(f => Fields(f.Bytes)).Select(f => f.Bytes))
                values.Add(Encoding.UTF8.GetString(Fields(value)[0].Bytes), BitConverter.ToSingle(Fields(value)[1].Bytes));
            yield return (
                BitConverter.ToDouble(fields.Single(f => f.Field == 1).Bytes),
                fields.Where(f => f.Field == 2).Select(f => BitConverter.ToInt64(f.Bytes)).FirstOrDefault(),
                Encoding.UTF8.GetString(fields.Where(f => f.Field == 3).Select(f => f.Bytes).FirstOrDefault() ?? []),
                values);
        }
    }

    private static List<(int Field, byte[] Bytes)> Fields(byte[] data)
    {
        var fields = new List<(int, byte[])>();
        for (int at = 0; at < data.Length;)
        {
            int field = data[at] >> 3, kind = data[at++] & 7;
            long number = 0;
            for (int shift = 0; kind is 0 or 2; shift += 7)
            {
                number |= (long)(data[at] & 0x7F) << shift;
                if (data[at++] < 0x80)
                    break;
            }

            int size = kind switch { 0 => 0, 1 => 8, 2 => (int)number, _ => 4 };
            fields.Add((field, kind == 0 ? BitConverter.GetBytes(number) : data[at..(at + size)]));
            at += size;
        }

        return fields;
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = Crc(data);
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }

        return ~crc;
    }
}
