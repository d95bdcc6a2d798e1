using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference;

/// <summary>
/// Cuts a request into windows of whole sentences, filled in order. A sentence that is longer than a window is cut at the last word that
/// fits and goes on in the next; its score is then the mean over all its tokens.
/// </summary>
internal sealed class PrunePlanner(WordPieceTokenizer tokenizer, int maxTokens, bool readsQuestion = true) : ILaneModel<PruneRequest, PrunePlan>
{
    /// <summary>The layout that the model was trained with: longer questions are cut.</summary>
    public const int MaxQuestionTokens = 48;

    private readonly int _maxTokens = HasRoom(maxTokens, readsQuestion)
        ? maxTokens
        : throw new ModelRefusedException($"maxTokens is {maxTokens} in the {ModelManifest.FileName}, which leaves no room for a sentence beside the question and the special tokens");

    public int MaxBatch => 1;

    public void Run(ReadOnlySpan<PruneRequest> inputs, Span<PrunePlan> outputs)
    {
        for (var i = 0; i < inputs.Length; i++)
            outputs[i] = Plan(inputs[i]);
    }

    private PrunePlan Plan(PruneRequest request)
    {
        using var prefix = new TokenBuffer();
        prefix.Add(tokenizer.Vocabulary.Classifier);
        if (readsQuestion)
        {
            tokenizer.Tokenize(request.Question, prefix, MaxQuestionTokens);
            prefix.Add(tokenizer.Vocabulary.Separator);
        }

        using var window = new WindowBuilder(prefix, tokenizer.Vocabulary.Separator, _maxTokens, request.WithWords);
        using var sentence = new TokenBuffer();
        for (var i = 0; i < request.Sentences.Count; i++)
        {
            sentence.Clear();
            tokenizer.Tokenize(request.Sentences[i], sentence);
            if (sentence.Count > window.Room)
                window.Close();
            for (var start = 0; start < sentence.Count;)
            {
                var count = sentence.Count - start;
                if (count > window.Room)
                    count = LastWordEnd(sentence.Spans[start..], window.Room);
                window.Add(i, sentence.Ids.Slice(start, count), sentence.Spans.Slice(start, count));
                start += count;
                if (start < sentence.Count)
                    window.Close();
            }
        }

        window.Close();
        return new PrunePlan(request.Sentences.Count, window.Windows);
    }

    // [CLS], the longest question and its [SEP], one token, [SEP].
    private static bool HasRoom(int maxTokens, bool readsQuestion) => maxTokens >= (readsQuestion ? MaxQuestionTokens + 4 : 3);

    // How many of the first tokens to take, at most room, so that the cut does not fall inside a word; tokens without a gap between
    // them count as one word unless no gap is there at all.
    private static int LastWordEnd(ReadOnlySpan<TokenSpan> spans, int room)
    {
        for (var count = room; count > 0; count--)
        {
            if (spans[count - 1].End < spans[count].Start)
                return count;
        }

        return room;
    }

    private sealed class WindowBuilder(TokenBuffer prefix, int separator, int maxTokens, bool withWords) : IDisposable
    {
        private readonly TokenBuffer _text = new();
        private readonly List<PruneWindow> _windows = [];
        private List<PrunePart> _parts = [];

        public IReadOnlyList<PruneWindow> Windows => _windows;

        /// <summary>Sentence tokens that still fit.</summary>
        public int Room => maxTokens - prefix.Count - 1 - _text.Count;

        public void Add(int sentence, ReadOnlySpan<int> ids, ReadOnlySpan<TokenSpan> spans)
        {
            _parts.Add(new PrunePart(sentence, prefix.Count + _text.Count, ids.Length));
            for (var i = 0; i < ids.Length; i++)
                _text.Add(ids[i], spans[i]);
        }

        public void Close()
        {
            if (_text.Count == 0)
                return;
            _windows.Add(new PruneWindow([.. prefix.Ids, .. _text.Ids, separator], _text.Spans.ToArray(), prefix.Count, _parts, withWords));
            _parts = [];
            _text.Clear();
        }

        public void Dispose() => _text.Dispose();
    }
}
