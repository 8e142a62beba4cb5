using System.Text;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4's opening and its table of contents.</summary>
internal static class Overview
{
    /// <summary>Some step along the negative gradient lowers the loss, for every random softmax regression tried.</summary>
    [Claim("D4-001")]
    [Turn("facts/loss after an update", "rises", Verdict.Erratum)]
    internal static Finding ScoreDifferentiateUpdate(Claim claim)
    {
        var draws = new Draws(401);
        const int Models = 50, Inputs = 3, Classes = 5, Examples = 8;
        int lowered = 0, largestHalvings = 0;
        for (int model = 0; model < Models; model++)
        {
            Real64[] weights = draws.Row(Inputs * Classes);
            (Real64[] Input, int Target)[] data = [.. Enumerable.Range(0, Examples).Select(_ => (draws.Row(Inputs), draws.Index(Classes)))];
            var gradient = new Real64[weights.Length];
            double before = Loss(weights, data, gradient), rate = 1024;
            for (int halvings = 0; halvings < 60; halvings++, rate /= 2)
            {
                Real64[] updated = [.. weights.Select((w, i) => Sgd.Update<Real64>(w, gradient[i], rate))];
                if (Loss(updated, data, new Real64[weights.Length]) >= before)
                    continue;
                lowered++;
                largestHalvings = Math.Max(largestHalvings, halvings);
                break;
            }
        }

        Working.Tried(Say($"{Models} random softmax regressions with {Inputs} inputs, {Classes} classes and {Examples} examples (seed 401): from a rate of 1024, halved until a step along the negative gradient lowers the loss"));
        Working.Uses("sgd.update");
        Working.Counted("models whose loss fell after one update", lowered, Models);
        Working.Value("most halvings that it took", largestHalvings);
        return Judge.OneOf(
            claim,
            "loss after an update",
            [("falls", lowered == Models), ("rises", lowered == 0)],
            Say($"{lowered} of {Models} models"),
            Say($"the loss fell after one update in {lowered} of {Models} random models, after at most {largestHalvings} halvings of the step from 1024"),
            Say($"no step lowered the loss in {Models - lowered} of {Models} random models"));

        // Sum of losses over the examples; the gradient is added up.
        static double Loss(Real64[] weights, (Real64[] Input, int Target)[] data, Real64[] gradient)
        {
            double loss = 0;
            foreach ((Real64[] input, int target) in data)
            {
                Real64[] logits = new Real64[Classes], change = new Real64[Classes];
                for (int i = 0; i < weights.Length; i++)
                    logits[i / Inputs] += weights[i] * input[i % Inputs];
                loss += CrossEntropy.Row(logits, target, 0, change);
                for (int i = 0; i < weights.Length; i++)
                    gradient[i] += change[i / Inputs] * input[i % Inputs];
            }

            return loss;
        }
    }

    /// <summary>Every link of the table of contents against the slugs that a code host gives the headings.</summary>
    [Claim("D4-002")]
    [Turn("D4/headings", "[[22, 2, \"Language Modeling Objective\"], [54, 2, \"Cross-Entropy Loss\"], [119, 2, \"Backpropagation\"], [163, 2, \"AdamW Optimizer\"], [211, 2, \"Learning Rate Scheduling\"], [279, 2, \"Gradient Clipping\"], [321, 2, \"Complete Training Step\"], [379, 2, \"Numeric Example\"], [472, 2, \"Code Implementation\"], [740, 2, \"References\"]]", Verdict.Confirmed)]
    internal static Finding LinksReachTopLevelSections(Claim claim, Document document)
    {
        DocumentFacts facts = document.Facts;
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var headings = new List<(int Line, int Level, string Text, string Slug)>();
        foreach (Facts heading in facts["headings"].Rows)
        {
            string text = heading[2].Text, slug = Slug(text);
            int repeats = seen.TryGetValue(slug, out int n) ? n : 0;
            seen[slug] = repeats + 1;
            headings.Add((heading[0].Integer, heading[1].Integer, text, repeats == 0 ? slug : Say($"{slug}-{repeats}")));
        }

        (int Line, string Text, string Slug)[] links = [.. facts["links"].Rows.Select(l => (l[0].Integer, l[1].Text, l[2].Text))];
        if (links.Length != claim.GivenInteger("entries"))
            throw claim.Bad("given.entries");
        var wrong = new List<string>();
        foreach ((int line, string text, string slug) in links)
        {
            var reached = headings.FirstOrDefault(h => h.Slug == slug);
            if (reached.Text != text || reached.Level != 2)
                wrong.Add(reached.Text is null ? Say($"the link of line {line} reaches no heading") : Say($"the link '{text}' of line {line} reaches the level-{reached.Level} heading of line {reached.Line}"));
        }

        // The table itself is a heading too, but no table lists itself.
        string[] unlisted = [.. headings.Where(h => h.Level == 2 && h.Line > links[^1].Line && links.All(l => l.Text != h.Text)).Select(h => h.Text)];
        int right = links.Length - wrong.Count;
        Working.Counted("links that reach the level-2 heading of their name", right, links.Length);
        Working.Value("links that don't", wrong);
        Working.Value("level-2 headings that the table does not list", unlisted);
        Working.Value("how many", unlisted.Length);
        if (unlisted.Length > 0)
            wrong.Add($"not listed: {string.Join(", ", unlisted)}");
        return Judge.Holds(
            wrong.Count == 0,
            Say($"{right} of {links.Length} links right, {unlisted.Length} sections unlisted"),
            Say($"all {links.Length} links reach the level-2 heading of their name and all such headings are listed"),
            string.Join("; ", wrong));
    }

    /// <summary>The slug of a heading: lower case, letters, digits, hyphens and underscores kept, spaces turned into hyphens.</summary>
    internal static string Slug(string heading)
    {
        var slug = new StringBuilder(heading.Length);
        foreach (char c in heading.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
                slug.Append(c);
            else if (c == ' ')
                slug.Append('-');
        }

        return slug.ToString();
    }
}
