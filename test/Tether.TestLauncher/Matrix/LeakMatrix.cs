using System.Text.Json.Nodes;

namespace Tether.TestLauncher.Matrix;

/// <summary>The launcher's side of the leak matrix: it holds one of everything, lets go of it, and looks whether it is free.</summary>
internal sealed class LeakMatrix
{
    private readonly List<Holding> _rows;
    private readonly Churn _churn;

    /// <summary>Opens everything, with files in <paramref name="directory"/>, and starts the threads that open and close.</summary>
    internal LeakMatrix(string directory)
    {
        _rows = Holdings.Open(directory);
        _churn = new Churn(directory);
    }

    /// <summary>Closes all that this process has, and tells as one line of JSON what is free then.</summary>
    internal string LetGo()
    {
        Holding churned = _churn.Stop();
        _rows.ForEach(row => Native.Check(Native.Close(row.Descriptor), "close"));
        _rows.Add(churned);
        return new JsonArray([.. _rows.Select(row => (JsonNode)new JsonObject
        {
            ["kind"] = row.Kind,
            ["number"] = row.Number,
            ["seenBy"] = row.SeenBy,
            ["isFree"] = row.IsFree(),
        })]).ToJsonString();
    }
}
