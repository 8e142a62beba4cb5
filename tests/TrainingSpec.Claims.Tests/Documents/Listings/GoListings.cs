using System.Text;
using System.Text.Json;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>Runs Go listings, all in one program.</summary>
internal static class GoListings
{
    // What a listing prints goes where a driver can read it; what JSON can't say is said in words.
    private const string Runner = """
        package main

        import (
            "encoding/json"
            console "fmt"
            "math"
        )

        type printer struct{ text string }

        func (p *printer) Printf(format string, a ...any) { p.text += console.Sprintf(format, a...) }
        func (p *printer) Println(a ...any)               { p.text += console.Sprintln(a...) }

        var fmt = &printer{}

        // What a call prints; "panic" in the end where it panics.
        func printed(f func()) (text string) {
            fmt.text = ""
            defer func() {
                text = fmt.text
                if recover() != nil {
                    text += "panic"
                }
            }()
            f()
            return
        }

        func plain(x any) any {
            switch v := x.(type) {
            case float64:
                if math.IsNaN(v) {
                    return "nan"
                } else if math.IsInf(v, 1) {
                    return "inf"
                } else if math.IsInf(v, -1) {
                    return "-inf"
                }
            case []float64:
                all := []any{}
                for _, e := range v {
                    all = append(all, plain(e))
                }
                return all
            case []any:
                all := []any{}
                for _, e := range v {
                    all = append(all, plain(e))
                }
                return all
            }
            return x
        }

        func show(driver func() any) {
            text, _ := json.Marshal(plain(driver()))
            console.Println(string(text))
        }
        """;

    /// <summary>What each script showed.</summary>
    public static IReadOnlyDictionary<ListingScript, ListingOutput> Run(IReadOnlyList<ListingScript> scripts)
    {
        if (!ListingProcess.Works("go", "version"))
            return scripts.ToDictionary(s => s, _ => new ListingOutput(null, Missing: "go is not installed (on Debian: golang-go): the documents' Go listings are not run"));
        var program = new StringBuilder(Runner).AppendLine();
        foreach (ListingScript script in scripts)
            program.AppendLine(script.Before).AppendLine(script.Text()).AppendLine(script.After);
        program.AppendLine("func main() {");
        foreach (ListingScript script in scripts)
            program.AppendLine("show(func() any {").AppendLine(script.Driver).AppendLine("})");
        program.AppendLine("}");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("listings");
        try
        {
            string file = Path.Combine(folder.FullName, "main.go");
            File.WriteAllText(file, program.ToString());
            string[] answers = ListingProcess.Output("go", ["run", file], "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(answers, Has.Length.EqualTo(scripts.Count));
            return scripts.Zip(answers).ToDictionary(p => p.First, p => new ListingOutput(new ShownValue(JsonElement.Parse(p.Second))));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
