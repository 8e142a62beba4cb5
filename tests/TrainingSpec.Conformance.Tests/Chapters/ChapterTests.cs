using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Formulas;

namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>What the blocks of a chapter can call, and how their output is compared; the generator derives a fixture per chapter from it.</summary>
public abstract class ChapterTests
{
    private readonly List<string> _printed = [];
    private readonly SortedDictionary<int, string> _computed = [];
    private readonly Dictionary<int, string> _sentences = [];
    private IImplementation _asked = new ReferenceImplementation();
    private bool _differs;

    /// <summary>The chapter's file, as the compiler was given it.</summary>
    protected internal abstract string ChapterPath { get; }

    /// <summary>The hash of the text that the compiler was given.</summary>
    protected internal abstract string ChapterFingerprint { get; }

    /// <summary>What each block has given, by its line.</summary>
    internal IReadOnlyDictionary<int, string> Computed => _computed;

    /// <summary>What is to be said below a block, by its line.</summary>
    internal IReadOnlyDictionary<int, string> Sentences => _sentences;

    /// <summary>Runs a block and compares what it prints with the output shown.</summary>
    protected void Runs(int line, string rule, string wrong, string shown, Action block)
    {
        ArgumentNullException.ThrowIfNull(block);
        _printed.Clear();
        _differs = false;
        _asked = wrong.Length == 0 ? new ReferenceImplementation() : WrongSuite.All[wrong].Over(new ReferenceImplementation());
        block();
        string printed = string.Concat(_printed.Select(p => p + "\n"));
        _computed[line] = printed;
        if (wrong.Length > 0)
        {
            Assert.That(WrongSuite.FailedRules(wrong), Does.Contain(rule), $"{wrong} keeps {rule}");
            Assert.That(_differs, Is.True, $"the block shows no answer in which {wrong} differs from the reference");
        }

#if !WRITE_CHAPTERS
        Assert.That(printed, Is.EqualTo(shown), $"line {line} of {Path.GetFileName(ChapterPath)}");
#endif
    }

    /// <summary>Compares a formula on display with the TeX that running it over symbols gives.</summary>
    protected void Displays(int line, string formula, string shown)
    {
        string computed = FormulaCatalog.TeX(formula) + "\n";
        _computed[line] = computed;
#if !WRITE_CHAPTERS
        Assert.That(shown, Is.EqualTo(computed), $"line {line} of {Path.GetFileName(ChapterPath)}");
#endif
    }

    /// <summary>Compares the magnitude in which a formula's errors count, and the reason below it, with those that the check of the whole domain reads.</summary>
    protected void Excepts(int line, string formula, string shown, string sentence)
    {
        AccuracyException exception = FormulaCatalog.Find(formula).Exception ?? throw new ArgumentException($"formula = {formula} has no exception", nameof(formula));
        _computed[line] = exception.TeX + "\n";
        _sentences[line] = exception.Sentence;
#if !WRITE_CHAPTERS
        Assert.That(shown, Is.EqualTo(exception.TeX + "\n"), $"line {line} of {Path.GetFileName(ChapterPath)}");
        Assert.That(sentence, Is.EqualTo(exception.Sentence + "\n"), $"below line {line} of {Path.GetFileName(ChapterPath)}");
#endif
    }

    /// <summary>Compares a table of hyperparameters with what is known of them.</summary>
    protected void Tabulates(int line, string names, string shown)
    {
        string computed = HyperparameterTable.Of(HyperparameterTable.Named(names));
        _computed[line] = computed;
#if !WRITE_CHAPTERS
        Assert.That(shown, Is.EqualTo(computed), $"line {line} of {Path.GetFileName(ChapterPath)}");
#endif
    }

    /// <summary>Prints a number, truth value, list or JSON value on a line of its own; numbers in full, invariant culture.</summary>
    protected void Print(object? value) => _printed.Add(Text(value));

    /// <summary>What the reference answers, in JSON with single quotes for double ones.</summary>
    protected static JsonNode? Right(string op, string member, string args) => new ReferenceImplementation().Answer(op, Args(args))[member];

    /// <summary>What the block's wrong implementation answers.</summary>
    protected JsonNode? Wrong(string op, string member, string args)
    {
        JsonNode? answer = _asked.Answer(op, Args(args))[member];
        string? right;
        try
        {
            right = Right(op, member, args)?.ToJsonString();
        }
        catch (TrainingSpec.Conformance.Oracle.OracleException e)
        {
            right = e.Word;
        }

        _differs |= answer?.ToJsonString() != right;
        return answer;
    }

    /// <summary>How the reference refuses: the error's kind and the argument.</summary>
    protected static string Refused(string op, string args)
    {
        try
        {
            return "answered " + new ReferenceImplementation().Answer(op, Args(args)).ToJsonString();
        }
        catch (TrainingSpec.Conformance.Oracle.OracleException e)
        {
            return $"{e.Word} ({e.Argument})";
        }
    }

    /// <summary>One parameter after each step of an optimizer of the reference; hyperparameters may change after the first step.</summary>
    protected static double[] RightRun(string op, double start, double[] gradients, string args, string? then = null) =>
        Run(new ReferenceImplementation(), op, start, gradients, args, then);

    /// <summary>One parameter after each step of an optimizer of the block's wrong implementation.</summary>
    protected double[] WrongRun(string op, double start, double[] gradients, string args, string? then = null)
    {
        double[] path = Run(_asked, op, start, gradients, args, then);
        _differs |= !path.SequenceEqual(RightRun(op, start, gradients, args, then));
        return path;
    }

    /// <summary>The average of one weight after each of its values.</summary>
    protected static double[] Averages(double[] weights, string args) => [.. new Questions(new ReferenceImplementation()).Averages(weights, Args(args)).Select(x => x.Value)];

    /// <summary>The same by the block's wrong implementation.</summary>
    protected double[] WrongAverages(double[] weights, string args)
    {
        double[] path = [.. new Questions(_asked).Averages(weights, Args(args)).Select(x => x.Value)];
        _differs |= !path.SequenceEqual(Averages(weights, args));
        return path;
    }

    /// <summary>The two answers that the block's wrong implementation gives to one state handed back twice.</summary>
    protected double[] WrongTwice(string op, double start, double gradient, string args)
    {
        var questions = new Questions(_asked);
        JsonObject request = Args(args);
        request["params"] = Questions.Rows([start]);
        request["grads"] = Questions.Rows([gradient]);
        request["state"] = questions.Ask(op, (JsonObject)request.DeepClone())["state"]?.DeepClone();
        double[] answers = [.. new[] { 1, 2 }.Select(_ => questions.AskRows(op, "params", (JsonObject)request.DeepClone())[0][0])];
        _differs |= answers[0] != answers[1];
        return answers;
    }

    /// <summary>What an experiment of <c>spec experiment</c> comes to, as it is or with its mistake planted.</summary>
    protected static string Concluded(string experiment, bool planted = false) => ExperimentCatalog.Find(experiment).Run(planted: planted).Conclusion;

    private static double[] Run(IImplementation implementation, string op, double start, double[] gradients, string args, string? then) =>
        [.. new Questions(implementation).Run(op, [start], [.. gradients.Select(g => new[] { g })], t => Args(t > 0 ? then ?? args : args)).Select(p => p[0])];

    private static JsonObject Args(string args) => (JsonObject)JsonNode.Parse(args.Replace('\'', '"'))!;

    private static string Text(object? value) => value switch
    {
        null => "null",
        string s => s,
        JsonNode node => node.ToJsonString().Replace(",", ", ", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
