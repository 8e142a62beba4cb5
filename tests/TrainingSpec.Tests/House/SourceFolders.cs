using System.Text.RegularExpressions;

namespace TrainingSpec.Tests.House;

/// <summary>Which folder of source files needs which other, read from the files' text.</summary>
/// <remarks>
/// A name in the code is a type of the nearest enclosing namespace that declares one of that name, or of a namespace that the file uses. Comments and the text of strings count for nothing,
/// nor does a name without a point that the file itself declares as a property of another type.
/// A <c>using</c> counts by itself too, for what only a comment refers to.
/// </remarks>
internal sealed partial class SourceFolders
{
    private readonly List<Source> _files;
    private readonly Dictionary<string, Dictionary<string, string>> _types = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string From, string To), string> _needs = [];

    /// <summary>Reads files given as path, with / between its parts, and text.</summary>
    public SourceFolders(IEnumerable<(string Path, string Text)> files)
    {
        _files = [.. files.Select(f => new Source(f.Path, f.Text))];
        foreach (Source file in _files)
        {
            foreach (Match type in Declared().Matches(file.Code))
                (_types.TryGetValue(type.Groups[1].Value, out Dictionary<string, string>? places) ? places : _types[type.Groups[1].Value] = new(StringComparer.Ordinal))[file.Namespace] = file.Folder;
        }

        foreach (Source file in _files)
        {
            foreach (string name in file.Names)
            {
                if (Place(file, name) is { } folder && folder != file.Folder)
                    _needs.TryAdd((file.Folder, folder), $"{file.Path} names {name}");
            }
        }
    }

    /// <summary>All folders with a file.</summary>
    public IReadOnlyDictionary<string, int> Folders => _files.GroupBy(f => f.Folder).ToDictionary(g => g.Key, g => g.Count());

    /// <summary>Folders of one file, of a folder that holds at least so many files and folders.</summary>
    public IEnumerable<string> Alone(int crowd)
    {
        IReadOnlyDictionary<string, int> files = Folders;
        ILookup<string, string> inside = files.Keys.ToLookup(Parent);
        return files.Where(f => f.Value == 1 && files.GetValueOrDefault(Parent(f.Key)) + inside[Parent(f.Key)].Count() >= crowd).Select(f => f.Key);

        static string Parent(string folder) => folder[..Math.Max(0, folder.LastIndexOf('/'))];
    }

    /// <summary>Who needs whom, and a place that shows it.</summary>
    public IReadOnlyDictionary<(string From, string To), string> Needs => _needs;

    /// <summary>Who uses a namespace of whom, by the <c>using</c> lines alone.</summary>
    public IEnumerable<(string From, string To)> Uses() =>
        from file in _files from space in file.Uses from other in _files where other.Namespace == space && other.Folder != file.Folder select (file.Folder, other.Folder);

    /// <summary>Folders that need each other in a ring, with a place for each of its sides; empty where there is no ring.</summary>
    public IReadOnlyList<string> Ring()
    {
        ILookup<string, string> next = _needs.Keys.ToLookup(n => n.From, n => n.To);
        HashSet<string> done = [];
        foreach (string folder in Folders.Keys.Order(StringComparer.Ordinal))
        {
            if (Follow(folder, [], next, done) is { } ring)
                return [.. ring.Zip([.. ring.Skip(1), ring[0]], (a, b) => $"{a} needs {b}: {_needs[(a, b)]}")];
        }

        return [];
    }

    private static List<string>? Follow(string folder, List<string> way, ILookup<string, string> next, HashSet<string> done)
    {
        if (way.IndexOf(folder) is >= 0 and int at)
            return way[at..];
        if (!done.Add(folder))
            return null;
        way.Add(folder);
        foreach (string other in next[folder])
        {
            if (Follow(other, way, next, done) is { } ring)
                return ring;
        }

        way.RemoveAt(way.Count - 1);
        return null;
    }

    // A qualified name is looked up by its last part but one, too: Numbers.Domain is a type of a namespace named Numbers.
    private string? Place(Source file, string name)
    {
        string[] parts = name.Split('.');
        if (Find(parts[0], file.Visible) is { } folder)
            return folder;
        return parts.Length > 1 ? Find(parts[1], _files.Select(f => f.Namespace).Where(n => n.EndsWith("." + parts[0], StringComparison.Ordinal))) : null;
    }

    private string? Find(string type, IEnumerable<string> spaces) =>
        _types.TryGetValue(type, out Dictionary<string, string>? places) ? spaces.Select(s => places.GetValueOrDefault(s)).FirstOrDefault(f => f is not null) : null;

    [GeneratedRegex(@"^(?:\w+ )*(?:class|struct|interface|enum|record|delegate [^\n(]*?) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declared();

    private sealed partial class Source
    {
        public Source(string path, string text)
        {
            Path = path;
            Folder = path[..Math.Max(0, path.LastIndexOf('/'))];
            Code = Literal().Replace(Comment().Replace(text, ""), m => m.Value[0] == '$' ? string.Join(" ", Hole().Matches(m.Value)) : "");
            Namespace = Space().Match(Code).Groups[1].Value;
            Uses = [.. Using().Matches(Code).Select(m => m.Groups[1].Value)];
            string[] parts = Namespace.Split('.');
            Visible = [.. Enumerable.Range(0, parts.Length).Select(i => string.Join('.', parts[..^i])), .. Uses];
            Names = [.. Name().Matches(Using().Replace(Code, "")).Select(m => m.Value)];
            Names.ExceptWith(Property().Matches(Code).Select(m => m.Groups["name"].Value));
        }

        public string Path { get; }

        public string Folder { get; }

        public string Code { get; }

        public string Namespace { get; }

        public HashSet<string> Uses { get; }

        public IReadOnlyList<string> Visible { get; }

        public HashSet<string> Names { get; }

        [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
        private static partial Regex Space();

        [GeneratedRegex(@"^using (?:static |\w+ = )?([\w.]+)[^\n]*;", RegexOptions.Multiline)]
        private static partial Regex Using();

        [GeneratedRegex(@"^ +(?:public |internal |private |protected |static |required |override )+(?!(?:\w*\.)*(?<type>\w+)\?? \k<type>\b)[\w.<>?\[\], ]+ (?<name>[A-Z]\w*) (?:\{ get|=>)", RegexOptions.Multiline)]
        private static partial Regex Property();

        [GeneratedRegex(@"(?<![:/""])//[^\n]*")]
        private static partial Regex Comment();

        [GeneratedRegex("[$@]*\"\"\".*?\"\"\"|[$@]*\"(?:\\\\.|[^\"\\\\\\n])*\"", RegexOptions.Singleline)]
        private static partial Regex Literal();

        [GeneratedRegex(@"\{[^{}]*\}")]
        private static partial Regex Hole();

        [GeneratedRegex(@"(?<![\w.@])[A-Z]\w*(?:\.[A-Z]\w*)*")]
        private static partial Regex Name();
    }
}
