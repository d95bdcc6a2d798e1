using System.Diagnostics.CodeAnalysis;

namespace OrleansLlm.Core.Logs;

/// <summary>What a line of the log turned out to be: a request, or a problem.</summary>
public readonly record struct RequestLogLine
{
    private RequestLogLine(LoggedRequest? record, LogLineProblem? problem) => (Record, Problem) = (record, problem);

    public LoggedRequest? Record { get; }

    public LogLineProblem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Record))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsRequest => Record is not null;

    public static RequestLogLine Request(LoggedRequest record) => new(record, null);

    public static RequestLogLine Malformed(int line, string message) => new(null, new LogLineProblem(line, message));
}
