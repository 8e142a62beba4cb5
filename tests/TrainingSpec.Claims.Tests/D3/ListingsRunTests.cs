using TrainingSpec.Claims.Tests.Documents;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Tests.Documents.ListingComparison;

namespace TrainingSpec.Claims.Tests.D3;

/// <summary>D3's only listing, run as it is printed and with its loop's lines indented, against what our checks take from it.</summary>
[Parallelizable(ParallelScope.Children)]
public class ListingsRunTests
{
    private static readonly Document Document = DocumentLibrary.Open()["D3"];

    private static readonly ListingScript AccumulationRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D3",
        Lines = [(40, 44)],
        AsText = true,
        Driver = """
            lines = listing.split("\n")
            state = {"w": 1.0, "stored": 0.0, "calls": [], "batches": []}
            class Loss:
                def __init__(self, share): self.share = share
                def __truediv__(self, k): return Loss(self.share / k)
                def backward(self): state["calls"].append("backward"); state["stored"] += self.share * state["w"]
            class optimizer:
                def step(): state["calls"].append("optimizer step"); state["w"] -= 0.1 * state["stored"]
                def zero_grad(): state["calls"].append("zero gradients"); state["stored"] = 0.0
            def compute_loss(batch):
                state["calls"].append("loss"); state["batches"].append(batch)
                return Loss(1.0)
            def run(inside):
                state.update(w=1.0, stored=0.0, calls=[], batches=[])
                text = "\n".join([lines[0]] + ["    " + l for l in lines[1:1 + inside]] + lines[1 + inside:])
                exec(compile(text, "listing", "exec"), {"k": 4, "batch": 7, "compute_loss": compute_loss, "optimizer": optimizer})
                return [state["w"], state["calls"], len(set(state["batches"])), state["stored"]]
            show([error(lambda: compile(listing, "listing", "exec")), [len(l) - len(l.lstrip()) for l in lines], run(2), run(4)])
            """,
    };

    [Test]
    public void Accumulation()
    {
        ShownValue listing = AccumulationRun.Output;
        Facts facts = Document.Facts["accumulation listing"];
        Claim given = Document["D3-043"];
        (double rate, int k, double w) = (given.GivenNumber("lr"), given.GivenInteger("k"), given.GivenNumber("w"));
        double[] indents = facts["indents"].Numbers;
        Assert.That(listing[0].GetString(), Is.EqualTo(indents[1] > indents[0] ? null : "IndentationError"));
        Same(listing[1], indents);
        string[] loop = facts["in the loop"].Texts, after = facts["after the loop"].Texts;
        double once = Sgd.Update<Real64>(w, w, rate).Value, each = Enumerable.Range(0, k).Aggregate(w, (x, _) => Sgd.Update<Real64>(x, x / k, rate).Value);
        Same(listing[2][0], once);
        Same(listing[2][1], [.. Enumerable.Repeat(loop, k).SelectMany(s => s), .. after]);
        Same(listing[2][2], loop.Contains("next batch", StringComparer.Ordinal) ? k : 1);
        Same(listing[2][3], 0);
        Same(listing[3][0], each);
        Same(listing[3][1], [.. Enumerable.Repeat<string[]>([.. loop, .. after], k).SelectMany(s => s)]);
        Same(listing[3][2], loop.Contains("next batch", StringComparer.Ordinal) ? k : 1);
        Same(listing[3][3], 0);
    }
}
