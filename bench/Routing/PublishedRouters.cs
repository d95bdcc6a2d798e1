namespace OrleansLlm.Bench.Routing;

/// <summary>APGR as RouteLLM published it (arXiv 2406.18665, tables 1 to 3): arena data alone, and augmented.</summary>
internal static class PublishedRouters
{
    public static IReadOnlyList<(string Router, double MtBench, double Mmlu, double Gsm8k)> Rows { get; } =
    [
        ("bert-arena", 0.391, 0.502, 0.438),
        ("causal-llm-arena", 0.573, 0.499, 0.461),
        ("matrix-factorisation-arena", 0.580, 0.524, 0.4746),
        ("similarity-weighted-arena", 0.610, 0.473, 0.4753),
        ("bert-augmented", 0.751, 0.572, 0.531),
        ("causal-llm-augmented", 0.679, 0.600, 0.622),
        ("matrix-factorisation-augmented", 0.802, 0.597, 0.565),
        ("similarity-weighted-augmented", 0.759, 0.603, 0.568),
    ];

    /// <summary>The figures of one evaluation set.</summary>
    public static IEnumerable<(string Router, double Apgr)> Of(string set) => Rows.Select(r => (r.Router, set switch { "mmlu" => r.Mmlu, "gsm8k" => r.Gsm8k, _ => r.MtBench }));
}
