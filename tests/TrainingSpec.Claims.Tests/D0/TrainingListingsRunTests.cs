using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Claims.Tests.Documents;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Tests.Documents.ListingComparison;

namespace TrainingSpec.Claims.Tests.D0;

/// <summary>D0's training functions, run on a character model over numbers that know their derivatives, against our model of them on the same model.</summary>
[Parallelizable(ParallelScope.Children)]
public class TrainingListingsRunTests
{
    private const int Vocabulary = 3, Width = 2, Hidden = 3;

    // What the listings call and never define: a number with a derivative, and our character model over such numbers.
    private const string Network = """
        import math, random
        class Value:
            def __init__(self, data, parents=()):
                self.data, self.grad, self.parents = data, 0.0, parents
            def __add__(self, other):
                other = other if isinstance(other, Value) else Value(other)
                return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
            def __mul__(self, other): return Value(self.data * other.data, ((self, other.data), (other, self.data)))
            def __truediv__(self, number): return Value(self.data / number, ((self, 1.0 / number),))
            def relu(self): return Value(max(0.0, self.data), ((self, 1.0 if self.data > 0 else 0.0),))
            def exp(self): return Value(math.exp(self.data), ((self, math.exp(self.data)),))
            def log(self): return Value(math.log(self.data), ((self, 1.0 / self.data),))
            def backward(self):
                order, seen = [], set()
                def visit(v):
                    if id(v) not in seen:
                        seen.add(id(v))
                        for parent, _ in v.parents: visit(parent)
                        order.append(v)
                visit(self)
                for v in order: v.gradient = 0.0
                self.gradient = 1.0
                for v in reversed(order):
                    v.grad += v.gradient
                    for parent, slope in v.parents: parent.gradient += slope * v.gradient
        class Model:
            def __init__(self, theta, V, E, H):
                self.theta, self.V, self.E, self.H, self.fetched, self.modes = [Value(t) for t in theta], V, E, H, 0, []
            def __setattr__(self, name, value):
                if name == "train_mode": self.modes.append(value)
                self.__dict__[name] = value
            def parameters(self):
                self.fetched += 1
                return self.theta
            def layer(self, at, x, count):
                out = []
                for j in range(count):
                    z = self.theta[at + len(x) * count + j]
                    for i in range(len(x)): z = z + self.theta[at + j * len(x) + i] * x[i]
                    out.append(z)
                return out, at + len(x) * count + count
            def loss(self, context, target):
                x = [self.theta[c * self.E + i] for c in context for i in range(self.E)]
                h, at = self.layer(self.V * self.E, x, self.H)
                z, _ = self.layer(at, [u.relu() for u in h], self.V)
                most = max(v.data for v in z)
                e = [(v + -most).exp() for v in z]
                total = e[0]
                for v in e[1:]: total = total + v
                return total.log() + (z[target] + -most) * Value(-1.0)
        def examples(rows): return [((a, b), t) for a, b, t in rows]
        class Shuffled:
            def __init__(self, orders): self.orders = list(orders)
            def shuffle(self, x): x[:] = [x[i] for i in self.orders.pop(0)]
        def evaluate(model, rows): return sum(model.loss(c, t).data for c, t in rows) / len(rows)
        """;

    private static readonly Document Document = DocumentLibrary.Open()["D0"];
    private static readonly Example[] Text = CharText.Windows(5, 10, Vocabulary), HeldOut = CharText.Windows(6, 6, Vocabulary);

    // The written order with a threshold that would show, a decay, an early stop by patience 0, an ascent by a rate far too large.
    private static readonly TrainerConfig[] Configurations =
    [
        new(3, 4, 0.5), new(3, 4, 0.5, MaxNorm: 1e-9), new(2, 3, 0.2, WeightDecay: 0.1, MaxNorm: 1), new(4, 4, 0.1, Patience: 0), new(6, 10, 4, Patience: 1), new(0, 4, 0.1), new(1, 20, 0.1, WeightDecay: 20),
    ];

    private static readonly double[][] Curves = [[3, 2, 2.5, 1.5, 1.6, 1.7, 1.4, 1.8], [1, 1, 1, 1, 1, 1, 1, 1], [4, 3, 2, 1, 0.5, 0.25, 0.1, 0], [double.NaN, 1, double.NaN, 1, 2, 0.5, 0.6, 0.7]];
    private static readonly int[] Patiences = [0, 1, 2];

    private static readonly ListingScript BatchRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D0",
        Lines = [(321, 344)],
        Before = Network,
        Driver = $$"""
            model = Model({{Literal(Start().Theta)}}, {{Vocabulary}}, {{Width}}, {{Hidden}})
            batch = examples({{Literal(Rows(Text))}})
            out = []
            for rows in [batch[:4], batch[4:], batch[:1], batch[:4] * 2]:
                out.append([train_batch(model, rows, 0.3), [p.data for p in model.theta], [p.grad for p in model.theta]])
            out.append([error(lambda: train_batch(model, [], 0.3)), model.fetched])
            show(out)
            """,
    };

    private static readonly ListingScript TrainingRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D0",
        Lines = [(312, 344), (424, 427), (469, 472), (497, 503), (513, 574)],
        Before = Network,
        Driver = $$"""
            out = []
            for epochs, size, rate, decay, clip, patience, orders in {{Literal(Configurations.Select(c => new object[] { c.Epochs, c.BatchSize, c.LearningRate, c.WeightDecay, c.MaxNorm, c.Patience, Orders(c.Epochs) }))}}:
                model, text = Model({{Literal(Start().Theta)}}, {{Vocabulary}}, {{Width}}, {{Hidden}}), examples({{Literal(Rows(Text))}})
                random = Shuffled(orders)
                config = {"epochs": epochs, "batch_size": size, "learning_rate": rate, "weight_decay": decay, "max_grad_norm": clip, "patience": patience}
                lines = printed(lambda: out.append([train_model(model, text, examples({{Literal(Rows(HeldOut))}}), config) is model]))
                out[-1] += [lines, [p.data for p in model.theta], [[*c, t] for c, t in text], model.modes, model.fetched]
            def run(text, evaluate_as, **other):
                global evaluate, random
                evaluate, random = evaluate_as, Shuffled([list(range(len(text)))] * 8)
                config = {"epochs": 8, "batch_size": 4, "learning_rate": 0.0, "weight_decay": 0.0, "max_grad_norm": 1.0, "patience": 1}
                config.update(other)
                return train_model(Model({{Literal(Start().Theta)}}, {{Vocabulary}}, {{Width}}, {{Hidden}}), text, [], config)
            stops = []
            for curve in {{Literal(Curves)}}:
                for patience in {{Literal(Patiences)}}:
                    losses = list(curve)
                    stops.append([8 - len(losses), printed(lambda: run(examples({{Literal(Rows(Text[..2]))}}), lambda m, r: losses.pop(0), patience=patience))[-1]])
                    stops[-1][0] = 8 - len(losses)
            show([out, stops, [error(lambda: run([], lambda m, r: 1.0)), error(lambda: run(examples({{Literal(Rows(Text[..2]))}}), lambda m, r: 1000.0)), error(lambda: train_model(Model([], 3, 2, 3), [], [], {}))]])
            """,
    };

    [Test]
    public void TrainBatch()
    {
        var trainer = new TrainerListing([.. Document.Facts["train_batch steps"].Rows.Select(r => r[1].Text)]);
        CharModel model = Start();
        ShownValue listing = BatchRun.Output;
        foreach ((int i, Example[] batch) in ((Example[][])[Text[..4], Text[4..], Text[..1], [.. Text[..4], .. Text[..4]]]).Index())
        {
            double loss = trainer.Batch(model, batch, 0.3);
            Same(listing[i][0], loss);
            Same(listing[i][1], model.Theta, roundings: 256);
            Same(listing[i][2], model.Gradient, roundings: 256);
        }

        Assert.That(listing[4][0].GetString(), Is.EqualTo(PythonRaises.Of(() => trainer.Batch(model, [], 0.3))));
        Assert.That(listing[4][1].GetInt32(), Is.EqualTo(5));
    }

    [Test]
    public void TrainModel()
    {
        Facts log = Document.Facts["training log"];
        foreach ((int i, TrainerConfig config) in Configurations.Index())
        {
            CharModel model = Start();
            Example[] text = [.. Text];
            TrainerListing trainer = TrainerListing.Written(Document.Facts);
            List<EpochLog> epochs = trainer.Train(model, text, HeldOut, config, 7);
            ShownValue listing = TrainingRun.Output[0][i];
            string[] lines = [.. epochs.Select(e => TrainerListing.Line(e, log["loss decimals"].Integer, log["perplexity decimals"].Integer)), .. epochs.Count < config.Epochs ? [$"Early stopping at epoch {epochs.Count}"] : Array.Empty<string>()];
            Assert.That(listing[0].GetBoolean(), Is.True);
            Same(listing[1], lines);

            // A weight near 0 is what is left of a start and of updates of either sign, each as large as weights are.
            Same(listing[2], model.Theta, roundings: Roundings(config, trainer.Rates.Count), size: model.Theta.Max(Math.Abs));
            Same(listing[3], [.. text.SelectMany(e => new double[] { e.First, e.Second, e.Target })]);
            Same(listing[4], [.. epochs.SelectMany(_ => Document.Facts["train_mode sets"].Rows.Select(r => r[1].Text == "on"))]);
            int batches = epochs.Count * (int)Math.Ceiling((double)text.Length / config.BatchSize);
            Assert.That(listing[5].GetInt32(), Is.EqualTo(Document.Facts["parameters fetched"].Rows.Sum(r => r[1].Text == "in every batch" ? batches : 1)));
        }
    }

    [Test]
    public void ClippingAfterTheUpdateChangesNothing() =>
        Assert.That(TrainingRun.Output[0][1][2].Compared().GetRawText(), Is.EqualTo(TrainingRun.Output[0][0][2].Compared().GetRawText()));

    [Test]
    public void TrainModelStops()
    {
        int run = 0;
        foreach (double[] curve in Curves)
        {
            foreach (int patience in Patiences)
            {
                ShownValue listing = TrainingRun.Output[1][run++];
                long? stop = StoppingListing.D0Loop.StopAt(curve, patience);
                Assert.That(listing[0].GetInt32(), Is.EqualTo(stop ?? curve.Length), $"curve {run}");
                Assert.That(listing[1].GetString() == $"Early stopping at epoch {stop}", Is.EqualTo(stop is not null));
                if (stop is null)
                    Assert.That(listing[1].GetString(), Does.Not.StartWith("Early stopping"));
            }
        }
    }

    [Test]
    public void TrainModelRaises() => Same(TrainingRun.Output[2],
    [
        PythonRaises.Of(() => TrainerListing.Written(Document.Facts).Train(Start(), [], HeldOut, new TrainerConfig(1, 4, 0), 1)),
        PythonRaises.Of(() => TrainerListing.Line(new EpochLog(1, 0, 1, 1000), 4, 2)),
        "KeyError",
    ]);

    // What so many updates can lose, in roundings of a weight. An entry of a gradient has behind it the sums of two layers, there and back, a softmax, the mean of a batch, clipping, decay and the update.
    // The updates that follow enlarge an error by no more than the Frobenius norm of what they make of the start, and that is measured along random directions.
    private static int Roundings(TrainerConfig config, int updates)
    {
        const int Directions = 16;
        const double Step = 1e-7;
        int ofAnUpdate = 2 * (2 * Width + Hidden) + 2 * (Vocabulary + Hidden) + Vocabulary + 4 + config.BatchSize + 6;
        double[] end = Trained(Start());
        double squares = 0;
        for (int seed = 0; seed < Directions; seed++)
        {
            CharModel moved = Start();
            Real64[] direction = new Draws(seed).Row(end.Length);
            for (int i = 0; i < end.Length; i++)
                moved.Theta[i] += Step * direction[i].Value;
            squares += Trained(moved).Zip(end, (a, b) => (a - b) * (a - b)).Sum() / (Step * Step) / Directions;
        }

        return (int)Math.Ceiling(updates * ofAnUpdate * Math.Sqrt(end.Length) * Math.Max(1, Math.Sqrt(squares)));

        double[] Trained(CharModel model)
        {
            TrainerListing.Written(Document.Facts).Train(model, [.. Text], HeldOut, config, 7);
            return model.Theta;
        }
    }

    private static CharModel Start() => CharModel.Start("He", 3, Vocabulary, Width, Hidden);

    private static int[][] Rows(Example[] examples) => [.. examples.Select(e => new[] { e.First, e.Second, e.Target })];

    // Where the model's shuffling puts the examples, epoch by epoch.
    private static int[][] Orders(int epochs)
    {
        var draws = new Draws(7);
        return [.. Enumerable.Range(0, epochs).Select(_ =>
        {
            int[] order = [.. Enumerable.Range(0, Text.Length)];
            Python.Shuffle(order, draws);
            return order;
        })];
    }
}
