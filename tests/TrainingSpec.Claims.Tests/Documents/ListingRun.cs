using System.Diagnostics;
using System.Text.Json;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>Runs a listing of a document in its own language, taken out of the document where it lies; steps aside where the documents or the interpreter are not at hand.</summary>
internal static class ListingRun
{
    private static readonly Lazy<string?> Python = new(() => new[] { "python3", "/usr/bin/python3", "python" }.FirstOrDefault(p => Works(p, "-c", "import numpy")));

    /// <summary>Runs Python with NumPy: the listing's lines, then the driver, which prints one JSON value.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="lines">The listing's lines, first and last, counted from 1; several are run one after the other.</param>
    /// <param name="driver">Code after them; np, json and show(value) are there.</param>
    /// <param name="before">Code before them, such as names that the listing never brings in.</param>
    public static JsonElement RunPython(string document, IReadOnlyList<(int First, int Last)> lines, string driver, string before = "")
    {
        string listing = Taken(document, lines);
        if (Python.Value is not { } python)
        {
            Assert.Ignore("python3 with NumPy is not installed (on Debian: python3-numpy)");
            return default;
        }

        // What JSON can't say is said in words.
        const string Show = """
            import json, math, numpy as np
            def plain(x):
                if isinstance(x, np.ndarray): return plain(x.tolist())
                if isinstance(x, np.generic): return plain(x.item())
                if isinstance(x, dict): return {str(k): plain(v) for k, v in x.items()}
                if isinstance(x, (list, tuple)): return [plain(v) for v in x]
                if isinstance(x, float) and not math.isfinite(x): return repr(x)
                return x
            def show(x): print(json.dumps(plain(x)))
            def error(f):
                try: f()
                except Exception as e: return type(e).__name__
                return None
            """;
        return Output(python, ["-W", "ignore", "-c", string.Join('\n', Show, before, listing, driver)]);
    }

    private static string Taken(string document, IReadOnlyList<(int First, int Last)> lines)
    {
        string[] text = DocumentText.Needed(document);
        return string.Join('\n', lines.Select(l => DocumentText.Between(text, l.First, l.Last)));
    }

    private static JsonElement Output(string program, IReadOnlyList<string> arguments)
    {
        using Process process = Start(program, arguments)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return JsonElement.Parse(output);
    }

    private static bool Works(string program, params string[] arguments)
    {
        try
        {
            using Process? process = Start(program, arguments);
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static Process? Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start);
    }
}
