using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Spec.Cli.Training;
using TrainingSpec.Models;
using CategoryAttribute = global::NUnit.Framework.CategoryAttribute;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>The presets, made narrow, train as PyTorch does from the same weights over the same batches at the same rates: 50 steps in double precision.</summary>
internal sealed class TrainPeerTests
{
    [Test]
    [Category(Deep.Category)]
    public void Fifty_steps_of_every_preset_are_those_of_pytorch_to_a_billionth()
    {
        string folder = Directory.CreateTempSubdirectory("peer").FullName;
        try
        {
            string[] files = [.. GptPreset.All.Select(preset => Recorded(folder, preset))], lines = File.ReadAllLines(files[0]);

            // One step's rate, off by a millionth: else nothing would say that the comparison sees what is off.
            string[] parts = lines[20].Split("\"rate\":");
            int end = parts[1].IndexOf(',', StringComparison.Ordinal);
            lines[20] = string.Create(CultureInfo.InvariantCulture, $"{parts[0]}\"rate\":{1.000001 * double.Parse(parts[1][..end], CultureInfo.InvariantCulture):R}{parts[1][end..]}");
            string wrong = Path.Combine(folder, "wrong");
            File.WriteAllLines(wrong, lines);
            string[]? said = Repeated([.. files, wrong]);
            if (said is null)
                Assert.Ignore("PyTorch is not installed (on Debian: python3-torch): trainings are compared with its own where it is");
            Assert.That(said, Has.Length.EqualTo(4).And.All.Contains(" 50 steps"), string.Join('\n', said!));
            Assert.That(said!.Select(line => line.Split(':')[0]), Is.EqualTo(new[] { "same", "same", "same", "apart" }), string.Join('\n', said!));
            TestContext.Out.WriteLine(string.Join('\n', said!));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What the first Python that has PyTorch says of the files, a line each; null where none has it.
    private static string[]? Repeated(string[] files)
    {
        string script = Path.Combine(global::Spec.Cli.Commands.ChapterFolder.Find(), "..", "tests", "TrainingSpec.Conformance.Tests", "Oracle", "gpt_training.py");
        foreach (string python in new[] { "/usr/bin/python3", "python3" })
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(python, ["-B", script, .. files]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
                Task<string> errors = process.StandardError.ReadToEndAsync();
                string said = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                if (!errors.Result.Contains("No module named 'torch'", StringComparison.Ordinal))
                    return (said + errors.Result).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            }
            catch (Win32Exception)
            {
                // The next may be there.
            }
        }

        return null;
    }

    private static string Recorded(string folder, GptPreset preset)
    {
        GptPreset narrow = preset with
        {
            Vocabulary = Math.Min(preset.Vocabulary, 270),
            Config = preset.Config with { Width = 8, Layers = 2, Heads = 2, Context = 8 },
            Sequences = 2,
        };
        string file = Path.Combine(folder, preset.Name);
        using var writer = new StreamWriter(file);
        TrainRecord.Write(new TrainSettings(narrow, Corpus(), 60, 3), 50, writer, () => { });
        return file;
    }

    private static byte[] Corpus() => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 150).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} and {i + 1} make {i + i + 1}.\n"))));
}
