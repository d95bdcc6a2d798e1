namespace OrleansLlm.Silo.Calibration;

/// <summary>A provider gave no answer that could be graded.</summary>
internal sealed class UpstreamCallException(string message) : Exception(message);
