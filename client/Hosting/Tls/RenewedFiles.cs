using System.Security.Cryptography;

namespace OrleansLlm.Client.Hosting.Tls;

/// <summary>
/// What PEM files hold, read again once they have changed: certificates are renewed under a running process. What cannot be read (one
/// file of a pair is new, the other not yet) leaves the former in use.
/// </summary>
internal sealed class RenewedFiles<T>
    where T : class
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly string[] _paths;
    private readonly Func<string[], T> _parse;
    private readonly TimeProvider _time;
    private string[] _texts;
    private T _current;
    private long _readAt;

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">What it holds cannot be used.</exception>
    public RenewedFiles(string[] paths, Func<string[], T> parse, TimeProvider time)
    {
        _paths = paths;
        _parse = parse;
        _time = time;
        _texts = [.. paths.Select(File.ReadAllText)];
        _current = parse(_texts);
        _readAt = time.GetTimestamp();
    }

    /// <summary>Told why a renewed file is not used.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>The latest that could be read, at most ten seconds old.</summary>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_readAt) >= s_interval)
                    Renew();
                return _current;
            }
        }
    }

    private void Renew()
    {
        _readAt = _time.GetTimestamp();
        try
        {
            string[] texts = [.. _paths.Select(File.ReadAllText)];
            if (texts.AsSpan().SequenceEqual(_texts))
                return;
            _current = _parse(texts);
            _texts = texts;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Failed?.Invoke(e);
        }
    }
}
