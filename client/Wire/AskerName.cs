using System.Globalization;

namespace OrleansLlm.Client.Wire;

/// <summary>
/// The name under which this process asks gateways that it shares with nobody. It changes now and then, so that activations which were placed while
/// there were fewer silos are not asked for ever.
/// </summary>
internal sealed class AskerName(TimeProvider time)
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(10);

    private readonly string _process = Guid.NewGuid().ToString("N");
    private readonly long _started = time.GetTimestamp();
    private volatile Name _latest = new(-1, string.Empty);

    public string Current
    {
        get
        {
            var period = (long)(time.GetElapsedTime(_started) / s_lifetime);
            var latest = _latest;
            if (latest.Period != period)
                _latest = latest = new Name(period, string.Create(CultureInfo.InvariantCulture, $"{_process}.{period}"));
            return latest.Text;
        }
    }

    private sealed record Name(long Period, string Text);
}
