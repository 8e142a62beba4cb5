using System.Text;
using TrainingSpec.Models;

namespace TrainingSpec.Tests.Gpt;

/// <summary>The safetensors format against a file written by hand from its description, and damaged in every place.</summary>
public sealed class SafetensorsTests
{
    private static readonly NamedTensor[] Some = [new("w", [2, 3], [1, -2.5f, 0, float.Epsilon, float.PositiveInfinity, -0f]), new("b", [1], [3]), new("none", [0, 4], []), NamedTensor.OfDoubles("wide", [2], [0.1, -1e300])];
    private static readonly Dictionary<string, string> Said = new() { ["preset"] = "d1", ["naïve"] = "ü\n" };

    [Test]
    public void A_file_made_by_the_description_is_read()
    {
        string header = """{"x":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"__metadata__":{"by":"hand"}}""";
        byte[] file = [.. BitConverter.GetBytes((long)header.Length), .. Encoding.ASCII.GetBytes(header), 0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0];
        (IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(file, "f");
        Assert.That(tensors.Single().Values, Is.EqualTo(new[] { 1f, -2.5f }));
        Assert.That(tensors.Single().Shape, Is.EqualTo(new[] { 2, 1 }));
        Assert.That(metadata, Is.EquivalentTo(new Dictionary<string, string> { ["by"] = "hand" }));
    }

    [Test]
    public void What_is_written_has_the_descriptions_form_and_comes_back()
    {
        byte[] file = Safetensors.Write(Some, Said);
        int length = (int)BitConverter.ToInt64(file);
        Assert.That(length % 8, Is.Zero);
        Assert.That(Encoding.UTF8.GetString(file, 8, length), Does.StartWith("{\"__metadata__\":{").And.Contain("\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}").And.Contain("\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[24,28]}").And.Contain("\"wide\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[28,44]}"));
        Assert.That(file[(8 + length)..(12 + length)], Is.EqualTo(BitConverter.GetBytes(1f)));
        (IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata) = Safetensors.Read(file, "f");
        Assert.That(tensors.Select(t => t.Name), Is.EqualTo(Some.Select(t => t.Name)));
        Assert.That(tensors.SelectMany(t => t.Values).Select(BitConverter.SingleToInt32Bits), Is.EqualTo(Some.SelectMany(t => t.Values).Select(BitConverter.SingleToInt32Bits)));
        Assert.That(tensors.Select(t => t.Wide), Is.EqualTo(new double[]?[] { null, null, null, [0.1, -1e300] }));
        Assert.That(file[^16..^8], Is.EqualTo(BitConverter.GetBytes(0.1)));
        Assert.That(metadata, Is.EquivalentTo(Said));
        Assert.That(Safetensors.Write(Some, Said), Is.EqualTo(file));
    }

    [Test]
    public void Damage_at_any_byte_is_refused_in_one_line_that_names_the_file()
    {
        byte[] file = Safetensors.Write(Some, Said);
        int unharmed = 0;
        for (int at = 0; at < file.Length; at++)
        {
            byte[] changed = [.. file];
            changed[at] ^= 4;
            foreach (byte[] damaged in (byte[][])[changed, file[..at]])
            {
                try
                {
                    // A blank of the padding may be another blank.
                    Assert.That(Safetensors.Write(Safetensors.Read(damaged, "my.safetensors").Tensors, Said), Is.EqualTo(file), $"changed at {at}");
                    unharmed++;
                }
                catch (TensorFileException e)
                {
                    Assert.That(e.Message, Does.StartWith("my.safetensors: ").And.Not.Contain("\n"));
                }
            }
        }

        Assert.That(unharmed, Is.LessThan(8));
    }

    [Test]
    public void Two_of_one_name_and_a_shape_of_another_size_are_refused()
    {
        Assert.That(() => Safetensors.Write([Some[1], Some[1]], Said), Throws.ArgumentException.With.Message.Contains("'b' twice"));
        Assert.That(() => Safetensors.Write([new("w", [2, 2], [1, 2, 3])], Said), Throws.ArgumentException.With.Message.Contains("w with 3 values"));
    }
}
