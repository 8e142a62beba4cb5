using System.CommandLine;
using System.Globalization;
using TrainingSpec.Conformance.Vectors;

namespace Spec.Cli.Commands;

/// <summary><c>spec vectors dump</c>: the questions of the rules with their answers as data.</summary>
internal static class VectorsCommand
{
    public static Command Create(TextWriter output)
    {
        var folder = new Argument<string>("folder") { Description = "where the files go; it is made where it is missing", DefaultValueFactory = _ => "vectors" };
        var dump = new Command("dump", "Write the test vectors: a JSON file for each operation, and schema.json. Example: spec vectors dump vectors") { folder };
        dump.SetAction(parsed => Dump(output, parsed.GetValue(folder)!));
        var command = new Command("vectors", "Test vectors: questions with right answers, tolerances and the mistakes that each finds, as data");
        command.Subcommands.Add(dump);
        return command;
    }

    private static int Dump(TextWriter output, string folder)
    {
        string path = folder.Length == 0 ? "" : ResultFolder.Full($"folder = {folder}", folder);
        if (path.Length == 0 || File.Exists(path))
            throw new ArgumentException($"folder = {folder} is no folder");
        ReadFiles.RefuseKept($"folder = {folder}", path);
        using var made = new ResultFolder($"folder = {folder}", path);
        (string Name, string Text)[] files = [.. VectorFiles.Texts()];
        (OutputFile? Target, Func<string> Write)[] written = [.. files.Select(f => (OutputFile.Of("folder", Path.Combine(folder, f.Name + ".json")), (Func<string>)(() => f.Text)))];
        OutputFile.Write(output, written);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files.Length - 1} operations, {files.Sum(f => f.Text.Split("\n    {\"id\":").Length - 1)} vectors in {folder}"));
        return 0;
    }
}
