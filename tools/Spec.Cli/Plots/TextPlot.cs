using System.Globalization;
using System.Text;

namespace Spec.Cli.Plots;

/// <summary>A plot in characters, for a terminal: dots of Braille, eight to a character.</summary>
internal static class TextPlot
{
    private const int LabelWidth = 8;

    // Of a character's two columns of four dots, the bit of each.
    private static readonly int[,] Dots = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

    /// <summary>The plot: its title, rows of dots with the axis beside them, and the ends of the lower axis; each line ends with a line feed.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="width">Characters of a row, at least 20.</param>
    /// <param name="height">Rows of dots, at least 2.</param>
    public static string Draw(Plot plot, int width, int height)
    {
        int columns = width - LabelWidth - 1;
        var cells = new int[height, columns];
        foreach (PlotLine line in plot.Lines)
            Draw(plot, line, cells);
        var text = new StringBuilder().Append(plot.Title).Append('\n');
        for (int row = 0; row < height; row++)
        {
            string label = row == 0 ? Number(plot.Y.Ticks[^1]) : row == height - 1 ? Number(plot.Y.Ticks[0]) : "";
            text.Append(label.PadLeft(LabelWidth)).Append('│');
            string dots = string.Concat(Enumerable.Range(0, columns).Select(column => cells[row, column] == 0 ? ' ' : (char)(0x2800 + cells[row, column])));
            text.Append(dots.TrimEnd()).Append('\n');
        }

        string first = Number(plot.X.Ticks[0]), last = Number(plot.X.Ticks[^1]) + " " + plot.X.Label;
        return text.Append(' ', LabelWidth + 1).Append(first).Append(last.PadLeft(Math.Max(last.Length + 1, columns - first.Length))).Append('\n').ToString();
    }

    // From point to point, a dot in each column of dots that the line crosses; a dashed line leaves out two of four.
    private static void Draw(Plot plot, PlotLine line, int[,] cells)
    {
        int wide = 2 * cells.GetLength(1) - 1, high = 4 * cells.GetLength(0) - 1;
        (double X, double Y)? before = null;
        foreach ((double valueX, double valueY) in line.Points)
        {
            double x = plot.X.Position(valueX) * wide, y = (1 - plot.Y.Position(valueY)) * high;
            if (!(x >= 0 && x <= wide && y >= 0 && y <= high))
            {
                before = null;
                continue;
            }

            (double fromX, double fromY) = before ?? (x, y);
            int steps = Math.Max(1, (int)Math.Ceiling(Math.Max(Math.Abs(x - fromX), Math.Abs(y - fromY))));
            for (int i = 0; i <= steps; i++)
            {
                int column = (int)Math.Round(fromX + (x - fromX) * i / steps), row = (int)Math.Round(fromY + (y - fromY) * i / steps);
                if (!line.Dashed || column % 4 < 2)
                    cells[row / 4, column / 2] |= Dots[column % 2, row % 4];
            }

            before = (x, y);
        }
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
