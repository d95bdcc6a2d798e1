namespace OrleansLlm.Silo.Replay;

/// <summary>The JSON file: the schema's name and the report under it.</summary>
internal sealed record ReplayDocument(string Schema, ReplayReport Report);
