using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Calibration;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Silo.Calibration;

/// <summary>Asks golden questions with the whole documents and with compressed ones, straight at the provider: no cache, no routing.</summary>
internal sealed class CompressCalibrator(DirectCalls calls, string model, string? judge)
{
    private const int Concurrency = 4;

    private readonly ConversationCompressor _compressor = new(new PromptCompressor());

    /// <summary>What becomes of the questions at each rate.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="settings">The compressor's, but for the rate.</param>
    /// <param name="rates">Keep rates.</param>
    /// <param name="progress">Told after every question how many are done.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="UpstreamCallException">The provider did not answer.</exception>
    public async Task<IReadOnlyList<RateOutcome>> RunAsync(
        IReadOnlyList<DocumentQuestion> questions, CompressionSettings settings, IReadOnlyList<double> rates, Action<int> progress, CancellationToken cancellationToken)
    {
        var whole = new bool[questions.Count];
        var compressed = new bool[rates.Count, questions.Count];
        var tokens = new (int Before, int After)[rates.Count, questions.Count];
        var done = 0;
        await Parallel.ForAsync(0, questions.Count, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (i, stop) =>
        {
            var question = questions[i];
            var counter = ModelTokenizer.ForModel(model);
            var before = PromptTokens.Count(counter, question.Chat);
            whole[i] = await IsRightAsync(question, question.Chat.Body, stop);
            for (var r = 0; r < rates.Count; r++)
            {
                var result = await _compressor.CompressAsync(
                    question.Chat, null, settings with { KeepRate = rates[r] }, counter, _ => ValueTask.FromResult(PrunerScores.None), stop);
                tokens[r, i] = (before, before - result.TokensBefore + result.TokensAfter);
                compressed[r, i] = result.Documents.Count == 0 ? whole[i] : await IsRightAsync(question, Write(question.Chat, result), stop);
            }

            progress(Interlocked.Increment(ref done));
        });

        var all = Enumerable.Range(0, questions.Count).ToList();
        return
        [
            .. rates.Select((rate, r) => new RateOutcome(
                rate,
                all.Count(i => whole[i] && !compressed[r, i]),
                all.Count(i => !whole[i] && compressed[r, i]),
                whole.Count(static right => right),
                questions.Count,
                all.Sum(i => (long)tokens[r, i].Before),
                all.Sum(i => (long)tokens[r, i].After))),
        ];
    }

    private static ReadOnlyMemory<byte> Write(ChatRequest chat, CompressedConversation conversation)
    {
        var editor = new RequestBodyEditor(chat);
        foreach (var (message, index) in conversation.Places)
        {
            var part = chat.Messages[message].TextParts[index];
            editor.SetText(part, conversation.Write(message, index, part.Text));
        }

        return editor.Apply();
    }

    private async Task<bool> IsRightAsync(DocumentQuestion question, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(model, body, cancellationToken);
        if (question.Grade != AnswerGrade.Judge)
            return AnswerGrader.IsRight(question.Grade, question.Answer, answer);
        var asked = JudgeQuestion.Body(judge!, question.Chat.Segments.Question, question.Answer, answer);
        return asked is not null
            && JudgeQuestion.Read(await AskAsync(judge!, asked, cancellationToken)).Verdict == AnswerVerdict.Equivalent;
    }

    // A call that failed would count as a wrong answer: better to stop and say so.
    private async Task<string> AskAsync(string asked, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = await calls.AskAsync(asked, body, cancellationToken);
        return answer.Text ?? throw new UpstreamCallException(answer.Fault!);
    }
}
