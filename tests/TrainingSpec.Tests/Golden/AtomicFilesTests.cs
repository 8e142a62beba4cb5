using System.Runtime.Versioning;

namespace TrainingSpec.Tests.Golden;

/// <summary>Wherever a set of file changes is broken off, the next run leaves all old or all new, and nothing else.</summary>
[TestFixture]
public sealed class AtomicFilesTests
{
    private static readonly Dictionary<string, string> Old = new() { ["a/changed"] = "old", ["a/gone"] = "old, to go", ["b/changed"] = "OLD", ["b/kept"] = "kept" };
    private static readonly Dictionary<string, string> New = new() { ["a/changed"] = "new and longer", ["b/changed"] = "NEW", ["b/kept"] = "kept", ["c/d/made"] = "made" };

    // Before a step is after the one before it.
    private static readonly Break[] Kills = [Break.KillWithin, Break.KillAfter];

    private string _root = "";

    // What a kill leaves is what the system holds; in memory, where there is such a folder, nothing waits for a disk thousands of times.
    private static readonly string InMemory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    [SetUp]
    public void MakeRoot() => _root = Directory.CreateDirectory(Path.Combine(InMemory, $"atomic-{Guid.NewGuid():N}")).FullName;

    [TearDown]
    public void RemoveRoot() => Directory.Delete(_root, recursive: true);

    [Test]
    public void All_changes_are_made()
    {
        Reset();
        Assert.That(Changes(Disk.Real).Commit(), Is.EqualTo(4), "the file that says already what it is to say is not written");
        Assert.That(Now(), Is.EqualTo(New));
        Assert.That(Left(), Is.Empty);
        Assert.That(AtomicFiles.Settle(_root), Is.Null);
    }

    [Test]
    public void Killed_at_any_step_all_is_old_or_all_is_new_after_the_next_run([ValueSource(nameof(Kills))] Break how)
    {
        List<bool> isNew = [];
        int said = 0;
        for (int step = 1; Breaks(d => Changes(d).Commit(), (step, how)); step++)
        {
            said += AtomicFiles.Settle(_root) == $"finished a write of 4 file(s) in {_root} that had been interrupted" ? 1 : 0;
            isNew.Add(OldOrNew());
        }

        // 1 folder, 3 new and 3 old contents, the journal and its rename; then 4 changes in 1 new folder, and the clearing up of what is not moved: the journal, 3 contents, lock, folder.
        Assert.That(isNew, Has.Count.EqualTo(9 + 5 + 6));
        Assert.That(isNew, Is.Ordered, "there is one step before which all is old and after which all is new");
        Assert.That(isNew.IndexOf(true), Is.EqualTo(how == Break.KillAfter ? 8 : 9));
        Assert.That(said, Is.EqualTo(6), "from the journal's rename to its removal, what the next run does is said");
        Assert.That(Now(), Is.EqualTo(New));
    }

    [Test]
    public void Killed_again_while_it_is_finished_all_is_old_or_all_is_new_after_the_run_after_that([ValueSource(nameof(Kills))] Break how)
    {
        for (int step = 1; Breaks(d => Changes(d).Commit(), (step, Break.KillAfter)); step++)
        {
            bool broken = true;
            for (int again = 1; broken; again++)
            {
                Breaks(d => Changes(d).Commit(), (step, Break.KillAfter));
                broken = Breaks(d => AtomicFiles.Settle(_root, d), reset: false, (again, how));
                AtomicFiles.Settle(_root);
                OldOrNew();
            }
        }
    }

    [Test]
    public void After_a_kill_another_write_can_be_the_next_run([ValueSource(nameof(Kills))] Break how)
    {
        for (int step = 1; Breaks(d => Changes(d).Commit(), (step, how)); step++)
        {
            var other = new AtomicFiles(_root, new BrittleDisk());
            other.Write(At("e"), "other");
            other.Commit();
            File.Delete(At("e"));
            OldOrNew();
        }
    }

    [Test]
    public void A_step_that_fails_changes_nothing()
    {
        bool broken = true;
        for (int step = 1; broken; step++)
        {
            Reset();
            var disk = new BrittleDisk((step, Break.Fail));
            string? refusal = Refusal(() => Changes(disk).Commit());
            broken = disk.Broken > 0;
            Assert.That(refusal is null, Is.EqualTo(Now().ContainsKey("c/d/made")), refusal);
            if (refusal is null) AtomicFiles.Settle(_root);
            else Assert.That(refusal, Does.Contain("nothing was changed: No space left on device"));
            OldOrNew();
        }
    }

    [Test]
    public void After_a_disk_that_fails_for_good_the_next_run_finishes_or_undoes()
    {
        bool broken = true;
        for (int step = 1; broken; step++)
        {
            Reset();
            var disk = new BrittleDisk((step, Break.FailForGood));
            string? refusal = Refusal(() => Changes(disk).Commit());
            broken = disk.Broken > 0;
            bool half = refusal?.Contains("the next run finishes or undoes it", StringComparison.Ordinal) == true;
            Assert.That(half || refusal is null || refusal.Contains("nothing was changed", StringComparison.Ordinal), Is.True, refusal);
            AtomicFiles.Settle(_root);
            bool isNew = OldOrNew();
            if (!half) Assert.That(isNew, Is.EqualTo(refusal is null), refusal);
        }
    }

    [Test]
    public void Killed_while_a_failure_is_undone_all_is_old_or_all_is_new_after_the_next_run([ValueSource(nameof(Kills))] Break how)
    {
        for (int failed = 1; Reaches(failed); failed++)
        {
            for (int step = failed + 1; Breaks(d => Changes(d).Commit(), (failed, Break.Fail), (step, how)); step++)
            {
                AtomicFiles.Settle(_root);
                OldOrNew();
            }
        }

        bool Reaches(int step)
        {
            Reset();
            var disk = new BrittleDisk((step, Break.Fail));
            Refusal(() => Changes(disk).Commit());
            return disk.Broken > 0;
        }
    }

    [Test]
    public void What_somebody_changed_meanwhile_is_not_written_over()
    {
        Assert.That(Breaks(d => Changes(d).Commit(), (11, Break.KillAfter)), Is.True);
        Assert.That(File.ReadAllText(At("a/changed")), Is.EqualTo("new and longer"), "the write was broken off in its middle");
        File.WriteAllText(At("b/changed"), "a person's");
        for (int run = 0; run < 2; run++)
        {
            Assert.That(() => AtomicFiles.Settle(_root), Throws.TypeOf<GoldenException>().With.Message.Contain(At("b/changed")).And.Message.Contain(".unfinished"));
            Assert.That(() => Changes(Disk.Real).Commit(), Throws.TypeOf<GoldenException>().With.Message.Contain(At("b/changed")));
            Assert.That(File.ReadAllText(At("b/changed")), Is.EqualTo("a person's"));
        }

        foreach ((string name, string text) in Old) File.WriteAllText(At(name), text);
        Assert.That(AtomicFiles.Settle(_root), Does.StartWith("undid a write of 4 file(s)"), "put back by hand, it is undone");
        Assert.That(OldOrNew(), Is.False);
    }

    [Test]
    public void A_file_that_says_another_thing_than_it_did_is_not_replaced()
    {
        Reset();
        AtomicFiles files = new(_root);
        files.Write(At("a/changed"), "new");
        files.Replace(At("b/changed"), "what was read", "new");
        Assert.That(() => files.Commit(), Throws.TypeOf<GoldenException>().With.Message.Contain(At("b/changed")).And.Message.Contain("nothing was changed"));
        Assert.That(OldOrNew(), Is.False);
    }

    [TestCase("journal", "{", "is damaged")]
    [TestCase("journal", "null", "it is empty")]
    [TestCase("journal", "{\"Files\":[{\"Path\":\"../outside\",\"Old\":null,\"New\":null}],\"Folders\":[]}", "lies outside")]
    [TestCase("journal.undo", "{\"Files\":[],\"Folders\":[\"/tmp\"]}", "lies outside")]
    [TestCase("journal", "{\"Files\":[{}],\"Folders\":[]}", "a member is missing")]
    public void A_journal_that_nobody_here_wrote_is_refused(string name, string text, string why)
    {
        Directory.CreateDirectory(At(".unfinished"));
        File.WriteAllText(At(".unfinished/" + name), text);
        Assert.That(() => AtomicFiles.Settle(_root), Throws.TypeOf<GoldenException>().With.Message.Contain(why));
        Assert.That(File.ReadAllText(At(".unfinished/" + name)), Is.EqualTo(text));
    }

    [Test]
    public void A_path_outside_the_root_is_refused()
    {
        AtomicFiles files = new(_root);
        foreach (string path in new[] { At("../x"), "/x", _root, At(".unfinished/journal") })
            Assert.That(() => files.Write(path, "x"), Throws.ArgumentException.With.Message.Contain("lies outside"), path);
        files.Write(At("x"), "x");
        Assert.That(() => files.Delete(At("x")), Throws.ArgumentException.With.Message.Contain("a change already"));
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public void A_link_stays_a_link_and_a_file_keeps_its_rights()
    {
        Reset();
        File.CreateSymbolicLink(At("link"), "a/changed");
        File.SetUnixFileMode(At("a/changed"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFiles files = new(_root);
        files.Write(At("link"), "new");
        files.Commit();
        Assert.That(new FileInfo(At("link")).LinkTarget, Is.EqualTo("a/changed"));
        Assert.That(File.ReadAllText(At("a/changed")), Is.EqualTo("new"));
        Assert.That(File.GetUnixFileMode(At("a/changed")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public void A_file_that_is_read_only_is_refused()
    {
        Reset();
        File.SetUnixFileMode(At("b/changed"), UnixFileMode.UserRead);
        Assert.That(() => Changes(Disk.Real).Commit(), Throws.TypeOf<GoldenException>().With.Message.Contain(At("b/changed")).And.Message.Contain("nothing was changed"));
        Assert.That(OldOrNew(), Is.False);
    }

    [Test]
    public void One_run_writes_at_a_time()
    {
        string count = At("count");
        File.WriteAllText(count, "0");
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            UnfinishedWrite write = new(_root, Disk.Real);
            using WriteLock held = WriteLock.Acquire(Disk.Real, write.Folder, TimeSpan.FromSeconds(30));
            File.WriteAllText(count, (int.Parse(File.ReadAllText(count), null) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
            write.Close();
        });
        Assert.That(File.ReadAllText(count), Is.EqualTo("200"));
        Assert.That(Left(), Is.Empty);
    }

    [Test]
    public void A_run_that_never_ends_is_named()
    {
        using WriteLock held = WriteLock.Acquire(Disk.Real, At(".unfinished"), TimeSpan.Zero);
        Assert.That(
            () => WriteLock.Acquire(Disk.Real, At(".unfinished"), TimeSpan.Zero),
            Throws.TypeOf<IOException>().With.Message.Contain("another run has been writing").And.Message.Contain(At(".unfinished/lock")));
    }

    private AtomicFiles Changes(Disk disk)
    {
        AtomicFiles files = new(_root, disk);
        foreach ((string name, string text) in New) files.Write(At(name), text);
        files.Delete(At("a/gone"));
        return files;
    }

    private bool Breaks(Action<Disk> work, params (int, Break)[] steps) => Breaks(work, true, steps);

    private bool Breaks(Action<Disk> work, bool reset, params (int, Break)[] steps)
    {
        if (reset) Reset();
        try
        {
            work(new BrittleDisk(steps));
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
        catch (GoldenException)
        {
            return false;
        }
    }

    private static string? Refusal(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (GoldenException e)
        {
            return e.Message;
        }
    }

    // True where all is new; fails where it is neither, or where anything is left over.
    private bool OldOrNew()
    {
        Assert.That(Left(), Is.Empty);
        Dictionary<string, string> now = Now();
        Assert.That(now, Is.EqualTo(Old).Or.EqualTo(New));
        bool isNew = now.ContainsKey("c/d/made");
        Assert.That(Directory.GetDirectories(_root, "*", SearchOption.AllDirectories), Has.Length.EqualTo(isNew ? 4 : 2), "no empty folder is left");
        return isNew;
    }

    private Dictionary<string, string> Now() => Directory.GetFiles(_root, "*", SearchOption.AllDirectories)
        .Where(f => !f.Contains(".unfinished", StringComparison.Ordinal)).ToDictionary(f => Path.GetRelativePath(_root, f).Replace('\\', '/'), File.ReadAllText);

    private string[] Left() => Directory.GetFileSystemEntries(_root, "*.*", SearchOption.AllDirectories).Where(f => f.Contains(".unfinished", StringComparison.Ordinal)).ToArray();

    private void Reset()
    {
        foreach (string folder in Directory.GetDirectories(_root)) Directory.Delete(folder, recursive: true);
        foreach ((string name, string text) in Old)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            File.WriteAllText(At(name), text);
        }
    }

    private string At(string name) => Path.Combine(_root, name);
}
