namespace GPT4RoI.Training.Modules;

/// <summary>What a training stage can train or freeze.</summary>
public enum ParameterGroup
{
    /// <summary>The CLIP tower.</summary>
    Vision,

    /// <summary><c>mm_projector</c>.</summary>
    Projector,

    /// <summary><c>spi_module</c>.</summary>
    Regions,

    /// <summary>LLaMA with its token embeddings and output layer.</summary>
    Language,

    /// <summary>Only those rows of the token embeddings and the output layer that belong to added tokens.</summary>
    NewTokenEmbeddings,

    /// <summary>Classifiers of vision pretraining; they are not part of the model.</summary>
    Heads,
}
