extern alias generator;

using System.Diagnostics.CodeAnalysis;
using generator::Spec.Chapters;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>A chapter that departs from the form, or that the first page does not list, is an error of the build, also while chapters are written; only what writing mends is none then.</summary>
public sealed class ChapterBuildTests
{
    private const string Page = "| [Tides](tides.md) | the height |\n| [Moon](moon.md) | why |\n";

    private static string Tides { get; } = ChapterFormTests.Sound.ReplaceLineEndings("\n") + "\n";

    private static string Moon { get; } = Tides.Replace("Tides", "Moon", StringComparison.Ordinal).Replace("TIDES", "MOON", StringComparison.Ordinal)
        .Replace("[The book](README.md) · [Moon →](moon.md)", "[← Tides](tides.md) · [The book](README.md)", StringComparison.Ordinal);

    [Test]
    public void Chapters_that_keep_the_form_build([Values] bool write) => Assert.That(Errors(write, Tides, Moon, Page), Is.Empty);

    [TestCase("## Rules", "## Laws", "spec/tides.md(4): the parts are 'Formulas', 'Laws'")]
    [TestCase("(required): The height is 1.", "(required): The height is 1. It stays so.", "spec/tides.md(12): TIDES-1 is not one sentence")]
    [TestCase("```output\n1\n```\n\n## What", "```output\n1\n\n## What", "spec/tides.md(18): the block is not closed before line 28, where another opens")]
    [TestCase("```output\n1\n```\n\n## What", "It prints\n\n```output\n1\n```\n\n## What", "spec/tides.md(20): a fence is 'csharp example RULE'")]
    [TestCase("# Tides", "# Floods", "spec/README.md(0): spec/README.md calls tides.md 'Tides', its title is 'Floods'")]
    [TestCase("TIDES-1", "MOON-1", "is a rule of another chapter too")]
    public void A_departure_does_not_build(string part, string instead, string error)
    {
        string tides = Tides.Replace(part, instead, StringComparison.Ordinal);
        Assert.That(tides, Is.Not.EqualTo(Tides));
        Assert.That(Errors(write: false, tides, Moon, Page), Has.Some.Contains(error));
        Assert.That(Errors(write: true, tides, Moon, Page), Has.Some.Contains(error));
    }

    [Test]
    public void A_chapter_that_is_not_listed_does_not_build([Values] bool write) =>
        Assert.That(Errors(write, Tides, Moon, Page.Split('\n')[0]), Has.Some.Contains("spec/README.md lists moon.md 0 times"));

    [TestCase("```output\n1\n```", "```output\n```", "spec/tides.md(14): the block has no output,")]
    [TestCase("```output\n1\n```\n\n## What", "## What", "spec/tides.md(14): the block has no output fence after it")]
    [TestCase("[Moon →](moon.md)", "", "spec/tides.md does not end with")]
    public void What_writing_mends_builds_while_it_is_written(string part, string instead, string error)
    {
        string tides = Tides.Replace(part, instead, StringComparison.Ordinal);
        Assert.That(Errors(write: false, tides, Moon, Page), Has.Some.Contains(error));
        Assert.That(Errors(write: true, tides, Moon, Page), Is.Empty);
    }

    private static string[] Errors(bool write, string tides, string moon, string page)
    {
        var driver = CSharpGeneratorDriver.Create(
            [new ChapterGenerator().AsSourceGenerator()],
            [new Text("spec/tides.md", tides), new Text("spec/moon.md", moon), new Text("spec/README.md", page)],
            optionsProvider: new Options(write));
        return [.. driver.RunGenerators(CSharpCompilation.Create("book")).GetRunResult().Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)
            .Select(d => $"{d.Location.GetLineSpan().Path}({d.Location.GetLineSpan().StartLinePosition.Line}): {d.GetMessage(null)}")];
    }

    private sealed class Text(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class Options(bool write) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Global(write);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Global(bool write) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key == "build_property.WriteChapters" && write ? "true" : null;
            return value is not null;
        }
    }
}
