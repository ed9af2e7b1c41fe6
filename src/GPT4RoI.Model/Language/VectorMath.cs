using System.Runtime.Intrinsics;

namespace GPT4RoI.Model.Language;

/// <summary>The loops of CPU attention, eight floats at a time, on rows of one matrix against rows of another.</summary>
internal static unsafe class VectorMath
{
    private const int Lanes = 8;

    // Rows that share each load; with two tokens this makes eight independent sums, enough to hide the latency of the additions.
    private const int RowBlock = 4;

    /// <summary>target = factor · source.</summary>
    public static void Scale(float* source, float factor, float* target, int width)
    {
        var lane = 0;
        for (; lane + Lanes <= width; lane += Lanes)
        {
            (Vector256.Load(source + lane) * factor).Store(target + lane);
        }
        for (; lane < width; lane++)
        {
            target[lane] = source[lane] * factor;
        }
    }

    /// <summary>results[row, token] = rows[row] · tokens[token].</summary>
    public static void Dots(float* rows, int count, int width, float* tokens, int tokenCount, int tokenStride, float* results, int resultStride)
    {
        var row = 0;
        for (; row + RowBlock <= count; row += RowBlock)
        {
            for (var token = 0; token < tokenCount; token += 2)
            {
                var second = Math.Min(token + 1, tokenCount - 1); // an odd last token is its own partner
                DotsOfBlock(rows + row * width, width, tokens + token * tokenStride, tokens + second * tokenStride,
                    results + row * resultStride + token, second - token, resultStride);
            }
        }
        for (; row < count; row++)
        {
            for (var token = 0; token < tokenCount; token++)
            {
                results[row * resultStride + token] = Dot(rows + row * width, tokens + token * tokenStride, width);
            }
        }
    }

    /// <summary>sums[row] += Σ weights[row, token] · tokens[token].</summary>
    public static void AddWeighted(float* weights, int weightStride, int count, float* tokens, int tokenCount, int tokenStride, float* sums, int width)
    {
        var row = 0;
        for (; row + RowBlock <= count; row += RowBlock)
        {
            AddWeightedBlock(weights + row * weightStride, weightStride, tokens, tokenCount, tokenStride, sums + row * width, width);
        }
        for (; row < count; row++)
        {
            AddWeightedRow(weights + row * weightStride, tokens, tokenCount, tokenStride, sums + row * width, width);
        }
    }

    /// <summary>Softmax in place. Not a number in, not a number out.</summary>
    public static void Softmax(float* values, int count)
    {
        var sum = Exponentials(values, count, Largest(values, count));
        Scale(values, 1 / sum, values, count);
    }

    private static float Largest(float* values, int count)
    {
        var (lanes, largest, index) = (Vector256.Create(float.NegativeInfinity), float.NegativeInfinity, 0);
        for (; index + Lanes <= count; index += Lanes)
        {
            lanes = Vector256.Max(lanes, Vector256.Load(values + index));
        }
        for (; index < count; index++)
        {
            largest = MathF.Max(largest, values[index]);
        }
        for (var lane = 0; lane < Lanes; lane++)
        {
            largest = MathF.Max(largest, lanes[lane]);
        }
        return largest;
    }

    private static float Exponentials(float* values, int count, float largest)
    {
        var (sums, sum, index) = (Vector256<float>.Zero, 0f, 0);
        for (; index + Lanes <= count; index += Lanes)
        {
            var exponentials = Vector256.Exp(Vector256.Load(values + index) - Vector256.Create(largest));
            exponentials.Store(values + index);
            sums += exponentials;
        }
        for (; index < count; index++)
        {
            values[index] = MathF.Exp(values[index] - largest);
            sum += values[index];
        }
        return sum + Vector256.Sum(sums);
    }

    private static float Dot(float* left, float* right, int width)
    {
        var (first, second, lane) = (Vector256<float>.Zero, Vector256<float>.Zero, 0);
        for (; lane + 2 * Lanes <= width; lane += 2 * Lanes)
        {
            first = Vector256.MultiplyAddEstimate(Vector256.Load(left + lane), Vector256.Load(right + lane), first);
            second = Vector256.MultiplyAddEstimate(Vector256.Load(left + lane + Lanes), Vector256.Load(right + lane + Lanes), second);
        }
        var sum = Vector256.Sum(first + second);
        for (; lane < width; lane++)
        {
            sum += left[lane] * right[lane];
        }
        return sum;
    }

    private static void DotsOfBlock(float* rows, int width, float* left, float* right, float* results, int rightOffset, int resultStride)
    {
        Vector256<float> left0 = default, left1 = default, left2 = default, left3 = default;
        Vector256<float> right0 = default, right1 = default, right2 = default, right3 = default;
        var lane = 0;
        for (; lane + Lanes <= width; lane += Lanes)
        {
            var (l, r) = (Vector256.Load(left + lane), Vector256.Load(right + lane));
            var row = Vector256.Load(rows + lane);
            left0 = Vector256.MultiplyAddEstimate(row, l, left0);
            right0 = Vector256.MultiplyAddEstimate(row, r, right0);
            row = Vector256.Load(rows + width + lane);
            left1 = Vector256.MultiplyAddEstimate(row, l, left1);
            right1 = Vector256.MultiplyAddEstimate(row, r, right1);
            row = Vector256.Load(rows + 2 * width + lane);
            left2 = Vector256.MultiplyAddEstimate(row, l, left2);
            right2 = Vector256.MultiplyAddEstimate(row, r, right2);
            row = Vector256.Load(rows + 3 * width + lane);
            left3 = Vector256.MultiplyAddEstimate(row, l, left3);
            right3 = Vector256.MultiplyAddEstimate(row, r, right3);
        }
        Put(results, 0, left0, right0);
        Put(results, 1, left1, right1);
        Put(results, 2, left2, right2);
        Put(results, 3, left3, right3);

        void Put(float* target, int row, Vector256<float> l, Vector256<float> r)
        {
            var (leftSum, rightSum) = (Vector256.Sum(l), Vector256.Sum(r));
            for (var rest = lane; rest < width; rest++)
            {
                leftSum += rows[row * width + rest] * left[rest];
                rightSum += rows[row * width + rest] * right[rest];
            }
            target[row * resultStride] = leftSum;
            target[row * resultStride + rightOffset] = rightSum;
        }
    }

    private static void AddWeightedBlock(float* weights, int weightStride, float* tokens, int tokenCount, int tokenStride, float* sums, int width)
    {
        var (weights1, weights2, weights3) = (weightStride, 2 * weightStride, 3 * weightStride);
        var lane = 0;
        for (; lane + 2 * Lanes <= width; lane += 2 * Lanes)
        {
            var target = sums + lane;
            var (left0, right0) = (Vector256.Load(target), Vector256.Load(target + Lanes));
            var (left1, right1) = (Vector256.Load(target + width), Vector256.Load(target + width + Lanes));
            var (left2, right2) = (Vector256.Load(target + 2 * width), Vector256.Load(target + 2 * width + Lanes));
            var (left3, right3) = (Vector256.Load(target + 3 * width), Vector256.Load(target + 3 * width + Lanes));
            for (var token = 0; token < tokenCount; token++)
            {
                var source = tokens + token * tokenStride + lane;
                var (left, right) = (Vector256.Load(source), Vector256.Load(source + Lanes));
                var weight = Vector256.Create(weights[token]);
                left0 = Vector256.MultiplyAddEstimate(weight, left, left0);
                right0 = Vector256.MultiplyAddEstimate(weight, right, right0);
                weight = Vector256.Create(weights[weights1 + token]);
                left1 = Vector256.MultiplyAddEstimate(weight, left, left1);
                right1 = Vector256.MultiplyAddEstimate(weight, right, right1);
                weight = Vector256.Create(weights[weights2 + token]);
                left2 = Vector256.MultiplyAddEstimate(weight, left, left2);
                right2 = Vector256.MultiplyAddEstimate(weight, right, right2);
                weight = Vector256.Create(weights[weights3 + token]);
                left3 = Vector256.MultiplyAddEstimate(weight, left, left3);
                right3 = Vector256.MultiplyAddEstimate(weight, right, right3);
            }
            Store(target, left0, right0);
            Store(target + width, left1, right1);
            Store(target + 2 * width, left2, right2);
            Store(target + 3 * width, left3, right3);
        }
        for (var row = 0; lane < width && row < RowBlock; row++)
        {
            AddWeightedRow(weights + row * weightStride, tokens + lane, tokenCount, tokenStride, sums + row * width + lane, width - lane);
        }
    }

    private static void Store(float* target, Vector256<float> left, Vector256<float> right)
    {
        left.Store(target);
        right.Store(target + Lanes);
    }

    private static void AddWeightedRow(float* weights, float* tokens, int tokenCount, int tokenStride, float* sums, int width)
    {
        for (var token = 0; token < tokenCount; token++)
        {
            var source = tokens + token * tokenStride;
            var (weight, lane) = (Vector256.Create(weights[token]), 0);
            for (; lane + Lanes <= width; lane += Lanes)
            {
                Vector256.MultiplyAddEstimate(weight, Vector256.Load(source + lane), Vector256.Load(sums + lane)).Store(sums + lane);
            }
            for (; lane < width; lane++)
            {
                sums[lane] += weights[token] * source[lane];
            }
        }
    }
}
