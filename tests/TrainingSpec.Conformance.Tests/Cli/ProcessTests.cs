using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>What only a process of its own shows: exit codes, piped output, an interrupt, a machine without globalization data.</summary>
[NonParallelizable]
public sealed class ProcessTests
{
    private static readonly Dictionary<string, string?> Nothing = [];

    [Test]
    public void A_check_that_chokes_ends_with_2_and_no_trace_of_calls()
    {
        using var checkout = new TemporaryCheckout(accepted: true);
        checkout.Claim("D4-071", claim => claim["given"] = new JsonObject());
        checkout.Claim("D4-113", claim => claim["given"]!["targets"] = new JsonArray());
        (int code, _, string error) = SpecProcess.Run(Nothing, "verify", "--claim", "D4-071", "D4-113", "D4-069");
        Assert.That(code, Is.EqualTo(2), error);
        string[] lines = error.TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines, Has.All.StartsWith("spec: ").And.All.Contain("D4.json"));
        Assert.That(lines[0], Does.Contain("D4-071"));
        Assert.That(lines[1], Does.Contain("D4-113"));
    }

    [Test]
    public void A_machine_without_cultures_verifies_all_the_same()
    {
        using var checkout = new TemporaryCheckout(accepted: true);
        var invariant = new Dictionary<string, string?> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" };
        (int code, string output, string error) = SpecProcess.Run(invariant, "verify", "--document", "D4", "--section", "Numeric Example (learning rate)");
        Assert.That(code, Is.Zero, output + error);
        (code, _, error) = SpecProcess.Run(invariant, "verify", "--claim", "D4-071", "--culture", "tr-TR");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error.TrimEnd(), Does.Contain("tr-TR").And.Not.Contains("\n"));
    }

    [Test]
    public void A_wrong_implementation_may_be_named_in_any_case() =>
        Assert.That(SpecProcess.Run(Nothing, "oracle", "--wrong", "ADAM-AMSGRAD"), Is.EqualTo((0, "", "")));

    [TestCase(null, 80)]
    [TestCase("132", 132)]
    [TestCase("nonsense", 80)]
    [TestCase("0", 80)]
    public void Piped_output_is_as_wide_as_COLUMNS_says_or_80(string? columns, int width)
    {
        using var checkout = new TemporaryCheckout(accepted: true);
        (int code, string output, string error) = SpecProcess.Run(new Dictionary<string, string?> { ["COLUMNS"] = columns }, "verify", "--claim", "D4-071", "D4-104");
        Assert.That(code, Is.Zero, error);
        Assert.That(output.Split('\n').Where(l => l.StartsWith('│')).Select(l => l.Length), Has.All.EqualTo(width));
        Assert.That(output.Contains('\u001b', StringComparison.Ordinal), Is.False);
    }

    [Test]
    public void An_interrupt_gives_the_cursor_back()
    {
        const string Hide = "\u001b[?25l", Show = "\u001b[?25h";
        if (!File.Exists("/usr/bin/script"))
        {
            Assert.Ignore("/usr/bin/script of util-linux, which gives a process a terminal, is not installed here");
            return;
        }

        using var checkout = new TemporaryCheckout(accepted: true);

        // A run in the background ignores interrupts, and hands that on to what it starts.
        string command = "env --default-signal=INT " + string.Join(' ', SpecProcess.Command("verify").Select(part => $"'{part}'"));
        var terminal = new Dictionary<string, string?> { ["TERM"] = "xterm-256color", ["CI"] = null, ["GITHUB_ACTIONS"] = null };
        using Process process = SpecProcess.Start(["/usr/bin/script", "-qec", command, "/dev/null"], terminal);
        var shown = new StringBuilder();
        var letters = new char[4096];
        bool interrupted = false;
        while (process.StandardOutput.Read(letters) is > 0 and var count)
        {
            shown.Append(letters, 0, count);
            if (interrupted || !shown.ToString().Contains(Hide, StringComparison.Ordinal))
                continue;
            process.StandardInput.Write('\u0003');
            process.StandardInput.Flush();
            interrupted = true;
        }

        SpecProcess.Wait(process);
        string all = shown.ToString();
        Assert.That(interrupted, Is.True, all);
        Assert.That(process.ExitCode, Is.Not.Zero, "it was interrupted before its end");
        Assert.That(all.LastIndexOf(Show, StringComparison.Ordinal), Is.GreaterThan(all.LastIndexOf(Hide, StringComparison.Ordinal)), all);
    }
}
