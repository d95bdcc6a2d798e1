using System.Diagnostics.CodeAnalysis;

namespace OrleansLlm.Silo.Replay;

/// <summary>What a line of the log turned out to be: a request, or a problem.</summary>
internal readonly record struct ReplayLine
{
    private ReplayLine(ReplayRecord? record, ReplayProblem? problem) => (Record, Problem) = (record, problem);

    public ReplayRecord? Record { get; }

    public ReplayProblem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Record))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsRequest => Record is not null;

    public static ReplayLine Request(ReplayRecord record) => new(record, null);

    public static ReplayLine Malformed(int line, string message) => new(null, new ReplayProblem(line, message));
}
