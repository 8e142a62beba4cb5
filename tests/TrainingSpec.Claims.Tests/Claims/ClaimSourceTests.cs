using System.Runtime.Versioning;

namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>Accepted verdicts that can't be read are not taken for verdicts that were never accepted.</summary>
[Platform(Exclude = "Win")]
[UnsupportedOSPlatform("windows")]
public sealed class ClaimSourceTests
{
    [Test]
    public void A_folder_of_verdicts_that_keeps_us_out_is_not_absent()
    {
        string root = Directory.CreateTempSubdirectory("claims-").FullName, folder = Path.Combine(root, "golden", "claims");
        Directory.CreateDirectory(folder);
        UnixFileMode was = File.GetUnixFileMode(folder);
        try
        {
            File.WriteAllText(Path.Combine(folder, "D4.verdicts.verified.txt"), """{"D4-071": "no check"}""");
            ClaimSource source = ClaimSource.Checkout(root);
            Assert.That(source.Accepted("D4"), Has.Count.EqualTo(1));
            Assert.That(source.Accepted("D3"), Is.Null);
            File.SetUnixFileMode(folder, UnixFileMode.None);
            Assert.That(() => source.Accepted("D4"), Throws.TypeOf<GoldenException>().With.Message.Contain(folder));
        }
        finally
        {
            File.SetUnixFileMode(folder, was);
            Directory.Delete(root, recursive: true);
        }
    }
}
