using System.Text.RegularExpressions;

namespace TrainingSpec.Checking.Chapters;

/// <summary>The form that all chapters share: the same parts in the same order, rules of one sentence, and nothing that is not computed.</summary>
/// <remarks>Source: the design's chapter on the book. Compiled into the source generator too, so it keeps to netstandard2.0.</remarks>
public static class ChapterForm
{
    /// <summary>The headings of the second level, all of them, in order; before the first one stands the problem.</summary>
    public static readonly IReadOnlyList<string> Parts = ["Formulas", "Rules", "What the documents say", "When it is done wrong", "Exercises"];

    /// <summary>The fewest exercises of a chapter.</summary>
    public const int LeastExercises = 2;

    private static readonly Regex SentenceEnds = new Regex(@"[.!?] \p{Lu}|;");
    private static readonly Regex InlineCode = new Regex("`[^`]*`");
    private static readonly Regex Tex = new Regex(@"\$|\\[a-zA-Z(\[]");
    private static readonly Regex Exercise = new Regex(@"^([0-9]+)\. ");
    private static readonly Regex Claim = new Regex("D[0-4]-[0-9]{3}");

    /// <summary>Where a chapter departs from the form.</summary>
    /// <param name="prose">The lines outside fences, each with its number.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="blocks">The blocks.</param>
    public static IEnumerable<ChapterProblem> Problems(IReadOnlyList<KeyValuePair<int, string>> prose, IReadOnlyList<ChapterRule> rules, IReadOnlyList<ChapterBlock> blocks)
    {
        List<KeyValuePair<int, string>> headings = [.. prose.Where(p => p.Value.StartsWith("## ", StringComparison.Ordinal))];
        if (!headings.Select(h => h.Value.Substring(3)).SequenceEqual(Parts))
        {
            yield return new ChapterProblem(headings.Count > 0 ? headings[0].Key : 1, $"the parts are '{string.Join("', '", headings.Select(h => h.Value.Substring(3)))}' and not '{string.Join("', '", Parts)}'");
            yield break;
        }

        IEnumerable<ChapterProblem> found = Sentences(prose, rules).Concat(HandTypedTex(prose)).Concat(Places(headings, rules, blocks))
            .Concat(Contents(prose, headings, rules, blocks)).Concat(Exercises(prose.Where(p => p.Key > headings[4].Key), blocks, headings[4].Key));
        foreach (ChapterProblem problem in found)
            yield return problem;
    }

    private static IEnumerable<ChapterProblem> Sentences(IReadOnlyList<KeyValuePair<int, string>> prose, IReadOnlyList<ChapterRule> rules)
    {
        HashSet<int> written = [.. prose.Where(p => p.Value.Length > 0).Select(p => p.Key)];
        foreach (ChapterRule rule in rules)
        {
            if (SentenceEnds.IsMatch(rule.Sentence) || rule.Sentence.LastIndexOf('.') != rule.Sentence.Length - 1 || written.Contains(rule.Line + 1))
                yield return new ChapterProblem(rule.Line, $"{rule.Id} is not one sentence on one line");
        }
    }

    private static IEnumerable<ChapterProblem> HandTypedTex(IReadOnlyList<KeyValuePair<int, string>> prose) => prose
        .Where(p => Tex.IsMatch(InlineCode.Replace(p.Value, "")))
        .Select(p => new ChapterProblem(p.Key, "TeX comes from a formula's block and is not typed by hand"));

    private static IEnumerable<ChapterProblem> Places(List<KeyValuePair<int, string>> headings, IReadOnlyList<ChapterRule> rules, IReadOnlyList<ChapterBlock> blocks) =>
        rules.Where(r => r.Line < headings[1].Key || r.Line > headings[2].Key)
            .Select(r => new ChapterProblem(r.Line, $"{r.Id} stands outside the part '{Parts[1]}'"))
            .Concat(blocks.Where(b => b.Kind is ChapterBlockKind.Formula or ChapterBlockKind.Exception or ChapterBlockKind.Hyperparameters && !(b.Line > headings[0].Key && b.Line < headings[1].Key))
                .Select(b => new ChapterProblem(b.Line, $"{b.Name} stands outside the part '{Parts[0]}'")));

    private static IEnumerable<ChapterProblem> Contents(IReadOnlyList<KeyValuePair<int, string>> prose, List<KeyValuePair<int, string>> headings, IReadOnlyList<ChapterRule> rules, IReadOnlyList<ChapterBlock> blocks)
    {
        if (prose.Count == 0 || !prose[0].Value.StartsWith("# ", StringComparison.Ordinal))
            yield return new ChapterProblem(1, "a chapter begins with its title");
        if (!prose.Skip(1).Any(p => p.Key < headings[0].Key && p.Value.Length > 0 && p.Value[0] != '!'))
            yield return new ChapterProblem(1, "a chapter says its problem before the first heading");
        if (!blocks.Any(b => b.Kind == ChapterBlockKind.Formula))
            yield return new ChapterProblem(headings[0].Key, "a chapter displays a formula");
        if (rules.Count == 0)
            yield return new ChapterProblem(headings[1].Key, "a chapter has a rule");
        if (!prose.Any(p => p.Key > headings[2].Key && p.Key < headings[3].Key && Claim.IsMatch(p.Value)))
            yield return new ChapterProblem(headings[2].Key, "what the documents say is said with the ids of claims");

        // A rule of the library alone is asked of nobody else, and has no wrong implementation that could be run.
        ChapterBlockKind shown = rules.Any(r => r.Level == "required") ? ChapterBlockKind.Wrong : ChapterBlockKind.Example;
        if (!blocks.Any(b => b.Kind == shown && b.Line > headings[3].Key && b.Line < headings[4].Key))
            yield return new ChapterProblem(headings[3].Key, shown == ChapterBlockKind.Wrong ? "a named wrong implementation is run here" : "what goes wrong is run here");
    }

    private static IEnumerable<ChapterProblem> Exercises(IEnumerable<KeyValuePair<int, string>> prose, IReadOnlyList<ChapterBlock> blocks, int heading)
    {
        List<KeyValuePair<int, string>> exercises = [.. prose.Where(p => Exercise.IsMatch(p.Value))];
        if (exercises.Count < LeastExercises)
            yield return new ChapterProblem(heading, $"a chapter has at least {LeastExercises} exercises, not {exercises.Count}");
        for (int i = 0; i < exercises.Count; i++)
        {
            int next = i + 1 < exercises.Count ? exercises[i + 1].Key : int.MaxValue;
            if (Exercise.Match(exercises[i].Value).Groups[1].Value != $"{i + 1}")
                yield return new ChapterProblem(exercises[i].Key, $"this is exercise {i + 1}");
            if (!blocks.Any(b => b.Line > exercises[i].Key && b.Line < next))
                yield return new ChapterProblem(exercises[i].Key, "an exercise has a solution that runs");
        }
    }
}
