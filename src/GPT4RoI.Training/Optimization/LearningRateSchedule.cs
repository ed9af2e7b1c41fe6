namespace GPT4RoI.Training.Optimization;

/// <summary>Linear warm-up from zero, then half a cosine down to zero (Hugging Face's <c>cosine</c>), or constant after the warm-up.</summary>
internal sealed record LearningRateSchedule(double Peak, long Steps, long WarmUp, bool Cosine)
{
    /// <summary>The learning rate of a step, counted from 0.</summary>
    public double At(long step)
    {
        if (step < WarmUp)
        {
            return Peak * (step + 1) / WarmUp;
        }
        var progress = (double)(step - WarmUp) / Math.Max(1, Steps - WarmUp);
        return Cosine ? Peak * 0.5 * (1 + Math.Cos(Math.PI * progress)) : Peak;
    }
}
