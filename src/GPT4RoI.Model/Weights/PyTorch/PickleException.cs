namespace GPT4RoI.Model.Weights.PyTorch;

/// <summary>Why a pickle is refused; <see cref="TensorPickle"/> adds where and hands it on as a <see cref="WeightsException"/>.</summary>
internal sealed class PickleException(string message) : Exception(message);
