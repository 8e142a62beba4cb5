using System.Globalization;
using System.Text;
using Spec.Cli.Training;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary><c>--device</c> of <c>spec train</c>: the bits of every device, and devices that can't.</summary>
public sealed class TrainDeviceTests
{
    private static readonly byte[] Corpus = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} and {i + 1} make {i + i + 1}.\n"))));
    private static readonly GptPreset Tiny = GptPreset.All[0] with { Config = GptPreset.All[0].Config with { Width = 4, Heads = 2, Layers = 1, Context = 4 }, Sequences = 2 };
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("train-device").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    // The kernels' devices are compared over a whole training where their tests have them open.
    [Test]
    [Category(Deep.Category)]
    public void A_training_ends_with_the_bits_of_the_reference_on_a_device()
    {
        var settings = new TrainSettings(Tiny, Corpus, 3, 7) { MicroBatches = 2, Patience = 3, Format = PassFormat.Float16 };
        byte[] expected = Trained(settings, "reference");
        Assert.That(Trained(settings, "cpu-8x1"), Is.EqualTo(expected));
        Assert.That(Trained(settings with { Seed = 8 }, "cpu-8x1 "), Is.Not.EqualTo(expected));
    }

    [Test]
    public void A_device_that_cannot_train_or_has_other_bits_is_refused_by_name()
    {
        var cannot = new DeviceEntry("broken", DeviceKind.OpenCL, "", () => throw new InvalidOperationException("no driver"));
        Assert.That(() => TrainDevice.Open(cannot), Throws.ArgumentException.With.Message.EqualTo("device = broken can't train: no driver"));
        var other = new DeviceEntry("other", DeviceKind.Cpu, "", () => new OtherDevice());
        Assert.That(() => TrainDevice.Open(other), Throws.ArgumentException.With.Message.StartsWith("device = other can't train: it has other bits than the reference: 2 steps of a GPT"));
    }

    [TestCase("gpt --preset d1 --device cpu-8x7000", "device = cpu-8x7000 is outside {reference, cpu-")]
    [TestCase("gpt --preset d1 --device reference --threads 1", "--threads says how many threads of this processor, and --device reference that it is another device")]
    [TestCase("gpt --preset d1 --device reference --memory", "--memory measures this processor's memory, which --device reference is not for")]
    [TestCase("gpt --preset d1 --device reference --record -", "--record computes by the reference in double precision, which --device reference is not for")]
    [TestCase("gpt --preset d4 --as-published", "--as-published shows the log of d1, and not of d4")]
    [TestCase("gpt --preset d1 --first 3", "--first 3 needs --record or --as-published; --steps says how many steps a training has")]
    [TestCase("gpt --preset d1 --as-published --first 0", "first = 0 is outside")]
    [TestCase("char --device reference", "--device needs --by tensors")]
    [TestCase("char --by tensors --device none", "device = none is outside {reference, cpu-")]
    public void Bad_input_is_one_line_and_exit_code_2(string args, string why)
    {
        (int code, _, string error) = Spec(["train", .. args.Split(' ')]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"spec: {why}").And.Matches(@"^[^\n]*\n$"));
    }

    [Test]
    public void The_character_model_has_the_same_losses_on_a_device()
    {
        string corpus = Path.Combine(_folder, "corpus.txt");
        File.WriteAllBytes(corpus, Corpus);
        string[] begin = ["train", "char", "--corpus", corpus, "--examples", "60", "--epochs", "2", "--by", "tensors"];
        (int code, string here, string error) = Spec(begin);
        Assert.That(code, Is.Zero, error);
        Assert.That(Spec([.. begin, "--device", "reference"]), Is.EqualTo((0, here, "")));
    }

    [Test]
    public void The_published_log_stands_beside_runs_of_which_only_the_right_adam_learns()
    {
        using var output = new StringWriter();
        GptPreset narrow = Tiny with { Config = Tiny.Config with { Width = 8, Context = 8 } };
        string path = Path.Combine(_folder, "published");
        using (var folder = new TrainFolder(path))
            Assert.That(PublishedRuns.Show(output, new TrainSettings(narrow, Corpus, 1, 1), new CpuOperations(1), folder), Is.Zero);
        string said = output.ToString();
        Assert.That(said, Does.Contain("   251  0.000904      5.5779 ").And.Contain("right Adam: falls below the log's lowest loss with 3 of 3 seeds").And.Contain("no update: falls below the log's lowest loss with 0 of 3 seeds"));
        string[] rows = File.ReadAllLines(Path.Combine(path, "published.csv"));
        Assert.That(rows, Has.Length.EqualTo(252));
        Assert.That(rows[0], Is.EqualTo("step,rate,right Adam,one element,no update,published"));
        Assert.That(rows[11].Split(',')[5], Is.EqualTo("5.5216"));
        Assert.That(File.ReadAllText(Path.Combine(path, "published.svg")), Does.EndWith("</svg>\n"));
    }

    [Test]
    public void Of_the_published_log_the_first_steps_alone_say_nothing_of_its_shape()
    {
        using var output = new StringWriter();
        GptPreset narrow = Tiny with { Config = Tiny.Config with { Width = 8, Context = 8 } };
        string path = Path.Combine(_folder, "first");
        using (var folder = new TrainFolder(path))
            Assert.That(PublishedRuns.Show(output, new TrainSettings(narrow, Corpus, 1, 1), new CpuOperations(1), folder, 15), Is.Zero);
        Assert.That(output.ToString(), Does.Contain("15 of the log's 251 steps: whether a run has its shape, the later half says.").And.Contain("    11 ").And.Not.Contain("falls below").And.Not.Contain("    21 "));
        Assert.That(File.ReadAllLines(Path.Combine(path, "published.csv")), Has.Length.EqualTo(16));
        Assert.That(File.ReadAllText(Path.Combine(path, "published.svg")), Does.EndWith("</svg>\n"));
    }

    private byte[] Trained(TrainSettings settings, string name)
    {
        string path = Path.Combine(_folder, name);
        using var device = TrainDevice.Open(name.Trim(), 1);
        using (var folder = new TrainFolder(path))
            new TrainRun(settings, device.Operations, 1).Train(folder, _ => { }, () => { }, () => false);
        return File.ReadAllBytes(Path.Combine(path, "checkpoint.safetensors"));
    }

    private static (int Code, string Output, string Error) Spec(string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = global::Spec.Cli.CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    // The reference, but for one bit of each sum with a bias.
    private sealed class OtherDevice : Device
    {
        private readonly ReferenceDevice _reference = new();

        public OtherDevice()
            : base("other", DeviceKind.Cpu, "")
        {
        }

        protected override ITensorOperations<Real32> NewOperations() => new OtherOperations();

        protected override void RunAdamStep(Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, TrainingSpec.Formulas.AdamCoefficients<Real32> coefficients) => _reference.AdamStep(theta, m, v, gradient, coefficients);

        protected override void RunSoftmaxCrossEntropy(ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of) => _reference.SoftmaxCrossEntropy(logits, targets, classes, losses, gradient, of);

        protected override float RunSumOfSquares(ReadOnlyMemory<float> x) => _reference.SumOfSquares(x);

        protected override void RunFormula(TrainingSpec.Formulas.Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results) => _reference.Evaluate(formula, arguments, results);

        protected override void RunFormula(TrainingSpec.Formulas.Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results) => _reference.Evaluate(formula, arguments, results);

        protected override void RunRows(TrainingSpec.Formulas.Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results) => _reference.EvaluateRows(formula, rows, width, results);

        protected override void RunRows(TrainingSpec.Formulas.Formula formula, ReadOnlyMemory<double> rows, int width, Memory<double> results) => _reference.EvaluateRows(formula, rows, width, results);
    }

    private sealed class OtherOperations() : WrappedOperations<Real32>(new ReferenceOperations<Real32>())
    {
        public override void Add(Real32[] x, Real32[] y)
        {
            base.Add(x, y);
            y[0] = MathF.BitIncrement(y[0].Value);
        }
    }
}
