using System.Globalization;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Messages in invariant culture.</summary>
internal static class Wording
{
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
