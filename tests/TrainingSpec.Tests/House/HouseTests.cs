namespace TrainingSpec.Tests.House;

/// <summary>Dependencies point one way, and the README's map says which.</summary>
[TestFixture]
public class HouseTests
{
    // Of more files in a folder one can't see which belong together; beside so many files and folders, a folder of one file hides it.
    private const int Crowd = 20;

    // These have files for each topic, both in the same families.
    private static readonly string[] Rooms = ["TrainingSpec/Formulas", "TrainingSpec/Training"];

    private static readonly string Root = Path.GetFullPath(Path.Combine(GoldenFolder.Find().Root, ".."));

    private static readonly Lazy<SourceFolders> Source = new(() => new SourceFolders(
        from path in Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Path.Combine(Root, "src"), path).Replace('\\', '/')
        where !name.Split('/').Any(part => part is "bin" or "obj")
        select (name, File.ReadAllText(path))));

    [Test]
    public void No_folders_need_each_other_in_a_ring() => Assert.Multiple(() =>
    {
        Assert.That(Source.Value.Needs, Has.Count.GreaterThan(50));
        Assert.That(Source.Value.Ring(), Is.Empty);
    });

    [Test]
    public void Each_row_of_the_map_stands_on_the_rows_that_it_names_and_on_no_others()
    {
        (string Room, string[] On)[] map = [.. Map()];
        string[] rooms = [.. map.Select(m => m.Room)];
        HashSet<(string, string)> needs = [.. Source.Value.Needs.Keys.Concat(Source.Value.Uses()).Select(n => (Room(n.From), Room(n.To))).Where(n => n.Item1 != n.Item2)];
        Assert.Multiple(() =>
        {
            Assert.That(rooms, Is.EquivalentTo(Source.Value.Folders.Keys.Select(Room).Distinct()));
            for (int i = 0; i < map.Length; i++)
            {
                Assert.That(map[i].On, Is.EquivalentTo(needs.Where(n => n.Item1 == rooms[i]).Select(n => n.Item2)), rooms[i]);
                Assert.That(map[i].On, Is.SubsetOf(rooms[..i]), $"{rooms[i]} stands below what it stands on");
            }
        });
    }

    [Test]
    public void No_file_sits_alone_in_a_folder_of_a_crowded_one() => Assert.That(Source.Value.Alone(Crowd), Is.Empty);

    [TestCase(19, "")]
    [TestCase(20, "Walls/Arch")]
    public void A_planted_file_that_sits_alone_is_found(int beside, string alone)
    {
        IEnumerable<string> paths = ["Walls/Arch/Keystone.cs", "Walls/Gate/Bolt.cs", "Walls/Gate/Lock.cs", .. Enumerable.Range(2, beside - 2).Select(i => $"Walls/Brick{i}.cs")];
        Assert.That(string.Join(' ', new SourceFolders(paths.Select(p => (p, "namespace N;"))).Alone(20)), Is.EqualTo(alone));
    }

    [TestCaseSource(nameof(Rooms))]
    public void Topics_stand_in_families_that_are_not_crowded_and_need_those_above_them_in_the_README_alone(string room)
    {
        string[] families = [.. File.ReadLines(Path.Combine(Root, "README.md")).SkipWhile(l => !l.StartsWith("| family |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(l => l.StartsWith('|')).Select(l => l.Split(" | ")[0].Trim('|', ' ', '`', '/'))];
        Dictionary<string, int> files = Source.Value.Folders.Where(f => Room(f.Key) == room && f.Key != room).ToDictionary(f => f.Key[(room.Length + 1)..], f => f.Value);
        Assert.Multiple(() =>
        {
            Assert.That(families, room == Rooms[0] ? Is.EquivalentTo(files.Keys) : Is.SupersetOf(files.Keys));
            Assert.That(files.Where(f => f.Value > Crowd), Is.Empty);
            Assert.That(Source.Value.Folders.GetValueOrDefault(room), Is.LessThanOrEqualTo(Crowd));
            Assert.That(Source.Value.Needs.Where(n => Rank(n.Key.From) is >= 0 and int from && Rank(n.Key.To) >= from).Select(n => n.Value), Is.Empty);
        });

        int Rank(string folder) => folder.StartsWith(room + "/", StringComparison.Ordinal) ? Array.IndexOf(families, folder[(room.Length + 1)..]) : -1;
    }

    [TestCase("using N.Bricks; namespace N.Walls; class Wall { Brick b; }", "namespace N.Bricks; class Brick { }", 0)]
    [TestCase("using N.Bricks; namespace N.Walls; class Wall { Brick b; }", "using N.Walls; namespace N.Bricks; class Brick { Wall w; }", 2)]
    [TestCase("namespace N; class Wall { Brick b; }", "namespace N; class Brick { void M() => Wall.Build(); }", 2)]
    [TestCase("namespace N; class Wall { Brick b; }", "namespace N; class Brick { string m = $\"{Wall.Height}\"; }", 2)]
    [TestCase("namespace N; class Wall { Brick b; }", "namespace N; class Brick { string m = \"Wall\"; // of a Wall\n }", 0)]
    [TestCase("using N.Bricks; namespace N.Walls; class Wall { Brick b; }", "namespace N.Bricks; class Brick { object w = Walls.Wall.New(); }", 2)]
    [TestCase("using N.Bricks; namespace N.Walls; class Wall { Brick b; }", "namespace N.Bricks; class Brick { object Wall; }", 0)]
    [TestCase("namespace N; class Wall { Brick b; }", "namespace N; class Brick { object w = this.Wall; }", 0)]
    [TestCase("namespace N; class Wall { Brick b; }", "namespace N; class Brick {\n    public int Wall { get; } = 1; int w = Wall; }", 0)]
    [TestCase("namespace N; class Wall { Brick b; }", "namespace N; class Brick {\n    public Wall Wall { get; } = new(); }", 2)]
    [TestCase("namespace N; class Wall { Brick b; }", "namespace N; class Brick {\n    public int Wall => 1; object w = Wall.New(); }", 2)]
    public void A_planted_ring_is_found(string wall, string brick, int sides)
    {
        static string Lines(string code) => code.Replace("; ", ";\n", StringComparison.Ordinal);
        var planted = new SourceFolders([("Walls/Wall.cs", Lines(wall)), ("Bricks/Brick.cs", Lines(brick))]);
        Assert.That(planted.Ring(), Has.Count.EqualTo(sides));
    }

    private static IEnumerable<(string Room, string[] On)> Map() =>
        from line in File.ReadLines(Path.Combine(Root, "README.md"))
        where line.StartsWith("| `src/", StringComparison.Ordinal)
        let cells = line.Split(" | ")
        select (cells[0]["| `src/".Length..].Trim('`', '/'), cells[2].Trim('|', ' ').Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Whole).ToArray());

    // The map names a folder of the reference by its last part, a project without the part that all have.
    private static string Whole(string name) => Directory.Exists(Path.Combine(Root, "src", "TrainingSpec", name)) ? $"TrainingSpec/{name}" : $"TrainingSpec.{name}";

    private static string Room(string folder) => string.Join('/', folder.Split('/')[..(folder.StartsWith("TrainingSpec/", StringComparison.Ordinal) ? 2 : 1)]);
}
