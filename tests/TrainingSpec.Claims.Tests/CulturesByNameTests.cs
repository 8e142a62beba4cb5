using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TrainingSpec.Claims.Tests;

/// <summary>A machine without globalization data knows no culture by its name: neither the claims nor the library may ask for one.</summary>
public sealed class CulturesByNameTests
{
    [TestCase(typeof(ClaimFile))]
    [TestCase(typeof(Formulas.FormulaCatalog))]
    public void No_code_asks_for_a_culture_by_its_name(Type ofAssembly) => Assert.That(CallsByName(ofAssembly.Assembly), Is.Empty);

    [Test]
    public void Who_asks_is_seen()
    {
        Assert.That(CultureInfo.GetCultureInfo("tr-TR").Name, Is.EqualTo("tr-TR"), "this call, which is in this assembly");
        Assert.That(CallsByName(typeof(CulturesByNameTests).Assembly), Does.Contain("GetCultureInfo"));
    }

    private static string[] CallsByName(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        MetadataReader reader = file.GetMetadataReader();
        return
        [
            .. from handle in reader.MemberReferences
               let member = reader.GetMemberReference(handle)
               where member.Parent.Kind == HandleKind.TypeReference
               let type = reader.GetTypeReference((TypeReferenceHandle)member.Parent)
               where reader.GetString(type.Name) == nameof(CultureInfo)
               let name = reader.GetString(member.Name)
               where name is ".ctor" or nameof(CultureInfo.GetCultureInfo) or nameof(CultureInfo.CreateSpecificCulture)
               select name,
        ];
    }
}
