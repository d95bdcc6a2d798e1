using System.Collections.Concurrent;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>Profiles of the questions of late: the same candidates come up again and again, and a question is judged twice on its way to a miss.</summary>
internal sealed class QuestionProfiles
{
    // Some 5 KB each.
    private const int Most = 512;

    private readonly ConcurrentDictionary<string, QuestionProfile> _profiles = new(StringComparer.Ordinal);

    public QuestionProfile Of(string question)
    {
        if (_profiles.TryGetValue(question, out var known))
            return known;
        // Which of them go does not matter: they are made anew in microseconds.
        if (_profiles.Count >= Most)
            _profiles.Clear();
        return _profiles[question] = QuestionProfile.Read(question);
    }
}
