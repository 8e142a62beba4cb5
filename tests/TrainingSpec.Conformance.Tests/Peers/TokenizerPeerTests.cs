using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TrainingSpec.Tokenizers;

namespace TrainingSpec.Conformance.Tests.Peers;

/// <summary>Microsoft.ML.Tokenizers reads the two files of a byte-pair encoding that was learned here, and gives every text the same ids.</summary>
public sealed class TokenizerPeerTests
{
    private static readonly string Root = Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..");
    private static readonly string Peer = Path.Combine(Root, "tools", "peers", "mltokenizers", "bin", "Debug", "net10.0", "MlTokenizersPeer.dll");

    private static readonly string[] Texts =
    [
        "", " ", "  ", "\n\n\n", "it's they're WE'LL I'D don't", " x", "x ", "a\tb \u00a0 c", "1234 5,678.9", "\u0085\u2028", "жаба и ёж", "日本語 the", "🙂🙂 e\u0301", "<|endoftext|>",
        "a\0b", "\ufeffx", "½ Ⅷ ٣", "_ __ #!?", "  the\n  the\r\n the",
    ];

    [Test]
    public void The_peer_gives_the_same_ids()
    {
        if (!File.Exists(Peer))
            Assert.Ignore("Microsoft.ML.Tokenizers is not built (dotnet build tools/peers/mltokenizers): ids are compared with its own where it is");
        byte[] book = File.ReadAllBytes(Path.Combine(Root, "spec", "README.md"));
        BytePairTokenizer tokenizer = BytePairTraining.Learn(book, 700);
        string[] texts = [.. Texts, Encoding.UTF8.GetString(book)];
        string merges = Gpt2Files.Merges(tokenizer);
        int[][] own = [.. texts.Select(tokenizer.Encode)], other = Ids(Gpt2Files.Vocabulary(tokenizer), merges, texts);
        for (int i = 0; i < texts.Length; i++)
            Assert.That(other[i], Is.EqualTo(own[i]), texts[i]);
        Assert.That(own[^1].Max(), Is.GreaterThan(690), "late merges are used");

        // The first merge as the last one gives other ids: else nothing would say that the comparison sees what is off.
        string[] lines = merges.TrimEnd('\n').Split('\n');
        int[] changed = Ids(Gpt2Files.Vocabulary(tokenizer), string.Join('\n', [lines[0], .. lines[2..], lines[1], ""]), texts)[^1];
        Assert.That(changed.SequenceEqual(own[^1]), Is.False);
    }

    private static int[][] Ids(string vocabulary, string merges, string[] texts)
    {
        string folder = Directory.CreateTempSubdirectory("tokenizer-peer").FullName;
        try
        {
            (string first, string second) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
            File.WriteAllText(first, vocabulary);
            File.WriteAllText(second, merges);
            using Process process = Process.Start(new ProcessStartInfo("dotnet", [Peer, first, second]) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(false) })!;
            Task<string> said = process.StandardOutput.ReadToEndAsync();
            foreach (string text in texts)
                process.StandardInput.WriteLine(JsonSerializer.Serialize(text));
            process.StandardInput.Close();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero);
            return [.. said.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<int[]>(line)!)];
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
