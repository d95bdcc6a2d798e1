using System.Diagnostics;
using HdrHistogram;

namespace OrleansLlm.Bench.Load;

/// <summary>Times in microseconds up to a minute, with three significant digits. Any thread may record.</summary>
internal sealed class Latencies
{
    private const double MicrosecondsPerMillisecond = 1000;
    private readonly LongConcurrentHistogram _histogram = new(1, 60_000_000, 3);

    public long Count => _histogram.TotalCount;

    /// <summary>From one <see cref="Stopwatch"/> timestamp to another.</summary>
    public void Record(long from, long to) => _histogram.RecordValue(Math.Clamp((long)Stopwatch.GetElapsedTime(from, to).TotalMicroseconds, 1, 60_000_000));

    public double Milliseconds(double percentile) => _histogram.GetValueAtPercentile(percentile) / MicrosecondsPerMillisecond;
}
