using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

// GPT-2's two files, then texts as lines of JSON; for each a line with the ids that Microsoft.ML.Tokenizers gives it.
// The pattern is that of GPT-2's published encoder.
var options = new BpeOptions(args[0], args[1])
{
    ByteLevel = true,
    PreTokenizer = new RegexPreTokenizer(new Regex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant), null),
};
Tokenizer tokenizer = BpeTokenizer.Create(options);
while (Console.In.ReadLine() is { } line)
    Console.Out.WriteLine(JsonSerializer.Serialize(tokenizer.EncodeToIds(JsonSerializer.Deserialize<string>(line)!)));
