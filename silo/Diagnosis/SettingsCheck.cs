using OrleansLlm.Client.Configuration;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>What the start itself checks: unknown keys, values out of range, secrets that are not there, an address open to others without keys.</summary>
internal static class SettingsCheck
{
    public const string CheckName = "settings";

    public static IReadOnlyList<Finding> Run(SetUp setUp)
    {
        var problems = new List<string>();
        try
        {
            CheckedSettings.Read(setUp.Configuration, setUp.Settings.Urls);
        }
        catch (ConfigurationException e)
        {
            problems.AddRange(e.Message.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        if (problems.Count > 0)
            return [.. problems.Select(static p => new Finding(CheckName, Severity.Fault, p, "The start would stop here; docs/settings.md says what is allowed."))];
        return [new Finding(CheckName, Severity.Ok, setUp.Settings.ConfigurationFile is { } file ? $"read from {file} and the environment" : "read from the environment")];
    }
}
