#if HAS_VERIFY
using VerifyNUnit;
using VerifyTests;
#endif

namespace TrainingSpec.Checking.Golden;

/// <summary>Golden files in tests: <c>await GoldenFile.Verify(document)</c>. Verify.NUnit stands behind it where the feed has it.</summary>
internal static class GoldenFile
{
    /// <summary>Passes where the verified file says what was computed; else leaves a received file and fails, naming each key that moved.</summary>
    public static Task Verify(GoldenDocument document) => Verify(document, GoldenFolder.Find());

    internal static async Task Verify(GoldenDocument document, GoldenFolder folder)
    {
        GoldenResult result = folder.Check(document);
#if HAS_VERIFY
        try
        {
            await ByVerify(result);
        }
        catch (Exception e) when (result.Status != GoldenStatus.Match)
        {
            // Verify's own exception is internal to it.
            throw new AssertionException(Message(result), e);
        }
#else
        await Task.CompletedTask;
        folder.Regenerate([document]);
#endif
        if (result.Status != GoldenStatus.Match) throw new AssertionException(Message(result));
    }

    private static string Message(GoldenResult result) =>
        $"{result.Report()}\nreceived: {result.ReceivedPath}\nOn purpose? dotnet run --project tools/Spec.Cli -- golden accept";

#if HAS_VERIFY
    private static readonly Lazy<bool> Once = new(() =>
    {
        VerifierSettings.UseUtf8NoBom();
        return true;
    });

    private static async Task ByVerify(GoldenResult result)
    {
        _ = Once.Value;
        VerifySettings settings = new();
        settings.UseDirectory(Path.GetDirectoryName(result.VerifiedPath)!);
        settings.UseFileName(result.Document.Name);
        settings.DisableDiff();
        settings.DisableRequireUniquePrefix();
        settings.UseStrictJson();
        await Verifier.Verify(result.Document.Serialize(), result.Document.Extension, settings);
    }
#endif
}
