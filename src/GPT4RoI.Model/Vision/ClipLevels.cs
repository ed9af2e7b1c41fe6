namespace GPT4RoI.Model.Vision;

/// <summary>Which of CLIP's hidden states are the feature levels.</summary>
public static class ClipLevels
{
    // gpt4roi/models/spi_llava.py takes hidden_states[select_layer::-3]
    private const int Step = 3;

    /// <summary>
    /// Indices into hidden_states (0 is the embeddings, i the output of layer i), shallow to deep: every third state counted down from the selected one.
    /// 24 layers and four levels give 14, 17, 20, 23.
    /// </summary>
    /// <exception cref="ArgumentException">The tower has too few layers for that many levels.</exception>
    public static int[] Indices(ClipVisionConfig config, int levels)
    {
        var deepest = config.SelectLayer < 0 ? config.Layers + 1 + config.SelectLayer : config.SelectLayer;
        var shallowest = deepest - Step * (levels - 1);
        return levels > 0 && deepest <= config.Layers && shallowest >= 0
            ? [.. Enumerable.Range(0, levels).Select(level => shallowest + Step * level)]
            : throw new ArgumentException(
                $"{levels} levels, every third hidden state up to number {deepest}, do not exist in a tower of {config.Layers} layers.");
    }
}
