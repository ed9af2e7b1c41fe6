using GPT4RoI.Training.Evaluation;

namespace GPT4RoI.Cli.Eval;

/// <summary>What is made of a picture, made once for questions that come close together; the oldest is forgotten first.</summary>
/// <param name="make">Makes it; a failure is every asker's.</param>
/// <param name="capacity">Pictures kept.</param>
internal sealed class OncePerImage<T>(Func<EvaluationImage, CancellationToken, Task<T>> make, int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<T>> _made = [];
    private readonly Queue<string> _order = new();

    public Task<T> GetAsync(EvaluationImage image, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_made.TryGetValue(image.Name, out var known))
            {
                return known;
            }
            if (_order.Count == capacity)
            {
                _made.Remove(_order.Dequeue());
            }
            _order.Enqueue(image.Name);
            return _made[image.Name] = Task.Run(() => make(image, cancellationToken), cancellationToken);
        }
    }
}
