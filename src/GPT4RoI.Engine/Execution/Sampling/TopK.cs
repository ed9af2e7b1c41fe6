using System.Runtime.Intrinsics;

namespace GPT4RoI.Engine.Execution.Sampling;

/// <summary>Finds the k-th largest of many scores without sorting them.</summary>
internal static class TopK
{
    /// <summary>
    /// The <c>heap.Length</c>-th largest of <paramref name="scores"/>, which are at least that many and hold no NaN. The heap is scratch: a
    /// min-heap of the largest scores so far. Once it has filled, almost every vector of eight scores lies below its root and is skipped.
    /// </summary>
    public static float KthLargest(ReadOnlySpan<float> scores, Span<float> heap)
    {
        scores[..heap.Length].CopyTo(heap);
        for (var parent = heap.Length / 2 - 1; parent >= 0; parent--)
        {
            SiftDown(heap, parent);
        }
        var index = heap.Length;
        for (; index <= scores.Length - Vector256<float>.Count; index += Vector256<float>.Count)
        {
            var eight = scores.Slice(index, Vector256<float>.Count);
            if (Vector256.GreaterThanAny(Vector256.Create(eight), Vector256.Create(heap[0])))
            {
                Offer(eight, heap);
            }
        }
        Offer(scores[index..], heap);
        return heap[0];
    }

    private static void Offer(ReadOnlySpan<float> scores, Span<float> heap)
    {
        foreach (var score in scores)
        {
            if (score > heap[0])
            {
                heap[0] = score;
                SiftDown(heap, 0);
            }
        }
    }

    private static void SiftDown(Span<float> heap, int parent)
    {
        while (2 * parent + 1 is var child && child < heap.Length)
        {
            if (child + 1 < heap.Length && heap[child + 1] < heap[child])
            {
                child++;
            }
            if (heap[parent] <= heap[child])
            {
                return;
            }
            (heap[parent], heap[child]) = (heap[child], heap[parent]);
            parent = child;
        }
    }
}
