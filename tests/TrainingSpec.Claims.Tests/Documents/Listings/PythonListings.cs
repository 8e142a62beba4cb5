using System.Text.Json;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>Runs Python listings, all in one process, each in names of its own.</summary>
internal static class PythonListings
{
    // What a script finds beside its listing: np, json, show, error, printed; what JSON can't say is said in words.
    private const string Runner = """
        import contextlib, io, json, math, sys, traceback
        import numpy as np
        def plain(x):
            if isinstance(x, np.ndarray): return plain(x.tolist())
            if isinstance(x, np.generic): return plain(x.item())
            if isinstance(x, dict): return {str(k): plain(v) for k, v in x.items()}
            if isinstance(x, (list, tuple)): return [plain(v) for v in x]
            if isinstance(x, float) and not math.isfinite(x): return repr(x)
            return x
        def error(f):
            try: f()
            except Exception as e: return type(e).__name__
            return None
        def printed(f):
            out = io.StringIO()
            with contextlib.redirect_stdout(out): f()
            return out.getvalue().splitlines()
        for script in json.load(sys.stdin):
            answer = {}
            space = {"np": np, "json": json, "show": lambda x: answer.update(value=plain(x)), "error": error, "printed": printed, "listing": script["listing"]}
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    for name in ["before"] + ([] if script["asText"] else ["listing"]) + ["driver"]:
                        exec(compile(script[name], name, "exec"), space)
            except Exception:
                answer = {"error": traceback.format_exc()}
            print(json.dumps(answer))
        """;

    private static readonly Lazy<string?> Interpreter = new(() => new[] { "python3", "/usr/bin/python3", "python" }.FirstOrDefault(p => ListingProcess.Works(p, "-c", "import numpy")));

    /// <summary>What each script showed.</summary>
    public static IReadOnlyDictionary<ListingScript, ListingOutput> Run(IReadOnlyList<ListingScript> scripts)
    {
        if (Interpreter.Value is not { } python)
            return scripts.ToDictionary(s => s, _ => new ListingOutput(null, Missing: "python3 with NumPy is not installed (on Debian: python3-numpy): the documents' Python listings are not run"));
        string jobs = JsonSerializer.Serialize(scripts.Select(s => new { before = s.Before, listing = s.Text(), driver = string.Join('\n', s.After, s.Driver), asText = s.AsText }));
        string[] answers = ListingProcess.Output(python, ["-W", "ignore", "-c", Runner], jobs).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(answers, Has.Length.EqualTo(scripts.Count));
        return scripts.Zip(answers.Select(a => JsonElement.Parse(a))).ToDictionary(p => p.First, p => new ListingOutput(
            p.Second.TryGetProperty("value", out JsonElement value) ? new ShownValue(value) : null,
            p.Second.TryGetProperty("error", out JsonElement error) ? error.GetString() : "the driver shows nothing"));
    }
}
