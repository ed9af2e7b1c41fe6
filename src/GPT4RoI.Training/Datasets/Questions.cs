namespace GPT4RoI.Training.Datasets;

/// <summary>Ways to put one question. <c>{0}</c> stands for what it is about.</summary>
internal sealed class Questions(params string[] templates)
{
    /// <summary>Draws one of the ways.</summary>
    public string Draw(Random random, string about) => random.Pick(templates).Replace("{0}", about, StringComparison.Ordinal);

    /// <summary>The k-th region where it is mentioned first, from 0.</summary>
    public static string Region(int index) => $"region{index + 1} <bbox>";
}
