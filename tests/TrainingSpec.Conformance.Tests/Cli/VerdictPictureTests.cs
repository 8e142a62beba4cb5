using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>The picture of the verdicts shows all of them, and nothing is cut off.</summary>
[NonParallelizable]
public sealed class VerdictPictureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Words = ["confirmed", "imprecise", "erratum", "ambiguous", "conflicts", "not-checked"];

    private static string Real(params string[] path) => Path.Combine([TemporaryCheckout.RealRoot(), .. path]);

    // The accepted files themselves, document by document: the word of each claim.
    private static Dictionary<string, Dictionary<string, string>> Accepted() => Directory.GetFiles(Real("golden", "claims"), "*.verdicts.verified.txt").ToDictionary(
        file => Path.GetFileName(file)[..2],
        file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetProperty("verdict").GetString()!));

    [Test]
    public void The_checkout_has_the_picture_that_the_command_draws()
    {
        using var checkout = new TemporaryCheckout(accepted: true);
        Directory.CreateDirectory(Path.Combine("spec", "plots"));
        (int code, string output, string error) = TemporaryCheckout.Run("plots");
        Assert.That(code, Is.Zero, output + error);
        string[] drawn = [.. Directory.GetFiles(Path.Combine("spec", "plots")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.That(Directory.GetFiles(Real("spec", "plots")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal), Is.EqualTo(drawn));
        foreach (string name in drawn)
            Assert.That(File.ReadAllText(Real("spec", "plots", name)), Is.EqualTo(File.ReadAllText(Path.Combine("spec", "plots", name))), name);
        Assert.That(File.ReadAllText(Real("README.md")), Does.Contain("](spec/plots/verdicts.svg)"));
    }

    [Test]
    public void Every_claim_is_a_square_and_every_count_is_that_of_the_accepted_verdicts()
    {
        Dictionary<string, Dictionary<string, string>> accepted = Accepted();
        XElement picture = XElement.Load(Real("spec", "plots", "verdicts.svg"));
        XElement[] all = [.. picture.Elements()];
        string[] texts = [.. picture.Elements(Svg + "text").Select(t => t.Value)];
        string[] words = [.. accepted.Values.SelectMany(d => d.Values)];
        Assert.That(words, Has.Length.EqualTo(803));
        Assert.That(texts[0], Is.EqualTo("Verdicts on 803 claims"));
        Assert.That(texts[1..7], Is.EqualTo(Words.Select(w => $"{words.Count(a => a == w)} {w}")));
        int at = 7;
        foreach ((string document, Dictionary<string, string> verdicts) in accepted.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            Assert.That(texts[at], Does.StartWith(document + ": ").And.EndsWith($", {verdicts.Count} claims"));
            Assert.That(texts[(at + 1)..(at + 7)], Is.EqualTo(Words.Select(w => verdicts.Values.Count(a => a == w).ToString(CultureInfo.InvariantCulture))), document);
            at += 7;
        }

        // A square is as coloured as its verdict's entry in the legend.
        Dictionary<string, string> colours = Words.ToDictionary(w => w, w => (string)all[Array.FindIndex(all, e => e.Value.EndsWith(" " + w, StringComparison.Ordinal)) - 1].Attribute("fill")!);
        Assert.That(colours.Values, Is.Unique);
        var squares = all.Where(e => e.Element(Svg + "title") is not null).ToDictionary(e => e.Value.Split(',')[0], e => (Said: e.Value.Split(": ")[^1], Fill: (string)e.Attribute("fill")!));
        Assert.That(squares, Has.Count.EqualTo(803));
        foreach ((string id, string word) in accepted.Values.SelectMany(d => d))
            Assert.That(squares[id], Is.EqualTo((word, colours[word])), id);
    }

    [Test]
    public void Nothing_is_cut_off_and_nothing_covers_another()
    {
        XElement picture = XElement.Load(Real("spec", "plots", "verdicts.svg"));
        double[] view = [.. ((string)picture.Attribute("viewBox")!).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        double usual = Number(picture, "font-size");
        XElement[] drawn = [.. picture.Elements().Where(e => e.Name == Svg + "text" || e.Name == Svg + "rect").Skip(1)];
        (double Left, double Top, double Right, double Bottom)[] boxes = [.. drawn.Select(Box)];
        for (int i = 0; i < boxes.Length; i++)
        {
            (double left, double top, double right, double bottom) = boxes[i];
            Assert.That(left >= 0 && top >= 0 && right <= view[2] && bottom <= view[3], drawn[i].ToString());
            foreach (int j in Enumerable.Range(0, i).Where(j => boxes[j].Left < right && left < boxes[j].Right && boxes[j].Top < bottom && top < boxes[j].Bottom))
                Assert.Fail($"{drawn[i]} covers {drawn[j]}");
        }

        // No letter, digit or sign of these texts is wider than the font's size in a sans-serif font, nor reaches farther below the line than a quarter of it.
        (double, double, double, double) Box(XElement e)
        {
            double x = Number(e, "x"), y = Number(e, "y");
            if (e.Name == Svg + "rect")
                return (x, y, x + Number(e, "width"), y + Number(e, "height"));
            double size = e.Attribute("font-size") is null ? usual : Number(e, "font-size");
            return (x, y - size, x + size * e.Value.Length, y + size / 4);
        }
    }

    [Test]
    public void Verify_draws_what_it_has_reached()
    {
        using var checkout = new TemporaryCheckout(accepted: true);
        (int code, string output, string error) = TemporaryCheckout.Run("verify", "--claim", "D4-071", "D4-073", "D3-001", "--svg", "verdicts.svg");
        Assert.That(code, Is.Zero, output + error);
        string[] texts = [.. XElement.Load("verdicts.svg").Elements(Svg + "text").Select(t => t.Value)];
        Assert.That(texts[..7], Is.EqualTo(new[] { "Verdicts on 3 claims", "1 confirmed", "1 imprecise", "1 erratum", "0 ambiguous", "0 conflicts", "0 not-checked" }));
        Assert.That(texts, Has.Member("D3: Training Dynamics, 1 claim"));
    }

    private static double Number(XElement e, string attribute) => double.Parse((string)e.Attribute(attribute)!, CultureInfo.InvariantCulture);
}
