using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>describe: who answers, and what can be asked. The same whatever the dtype.</summary>
internal sealed class DescribeOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "describe";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        args.Done();
        answer.Takes(0);
        Text(answer, "name", "TrainingSpec");
        Text(answer, "version", typeof(DescribeOperation).Assembly.GetName().Version!.ToString(3));
        Text(answer, "language", "C#");
        Texts(answer, "operations", OperationTable.Names);
        Texts(answer, "dtypes", Protocol.DataTypes);
    }

    private static void Text<T>(Answer<T> answer, string name, string text)
        where T : struct, IReal<T> => answer.Value(name, 0, writer => writer.WriteStringValue(text));

    private static void Texts<T>(Answer<T> answer, string name, IEnumerable<string> texts)
        where T : struct, IReal<T> => answer.Value(name, 0, writer =>
        {
            writer.WriteStartArray();
            foreach (string text in texts)
                writer.WriteStringValue(text);
            writer.WriteEndArray();
        });
}
