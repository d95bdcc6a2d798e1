using System.Globalization;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// Splits a paragraph into sentences. The sentences are spans of the paragraph in order; between them stands white space only,
/// so nothing is lost and the text can be put together again byte for byte.
/// </summary>
/// <remarks>
/// A run of <c>. ! ?</c> with closing quotes, brackets and <c>[12]</c>-style citations ends a sentence when white space and then
/// an upper-case letter, a digit or an opening mark follows; not after an abbreviation or an initial, and not inside quotation
/// marks or brackets that close soon after, so that a quotation is kept or left out as a whole. A line break ends a sentence
/// unless the line is plainly wrapped. A piece without a letter ("1.") joins the next.
/// </remarks>
internal static class SentenceSplitter
{
    // A quotation or parenthesis longer than this is split inside: an opening mark without its closing one must not swallow a paragraph.
    private const int LongestEnclosure = 300;

    // Inline data ({"a": "b. C"}) may be longer.
    private const int LongestBraces = 2000;

    // A paragraph with more opening marks that nothing closes is no prose whose quotations could be kept whole.
    private const int MostUnclosed = 100;

    // Lines of wrapped text are at least this long.
    private const int WrappedLine = 55;

    /// <summary>Adds the sentences of <paramref name="text"/>[start..end] to <paramref name="sentences"/>, offsets into the whole text.</summary>
    public static void Split(ReadOnlySpan<char> text, int start, int end, List<(int Start, int End)> sentences)
    {
        var from = start;
        var lineStart = start;
        var enclosedUntil = -1;
        var hasLetter = false;
        var unclosed = 0;
        for (var i = start; i < end; i++)
        {
            var c = text[i];
            if (i > enclosedUntil)
                enclosedUntil = Math.Max(enclosedUntil, EnclosureEnd(text, i, end, ref unclosed));
            hasLetter |= char.IsLetter(c) || char.IsSurrogate(c);
            var boundary = -1;
            if (c is '\n' or '\r')
            {
                if (!IsWrapped(text, lineStart, i, end))
                    boundary = i;
                lineStart = i + 1;
            }
            else if (IsTerminator(c))
            {
                var last = i;
                while (last + 1 < end && IsTerminator(text[last + 1]))
                    last++;
                boundary = EndsSentence(text, from, i, last, end);
                i = last;
            }

            if (boundary <= enclosedUntil || boundary >= end || !hasLetter)
                continue;
            Add(text, from, boundary, sentences);
            from = boundary;
            hasLetter = false;
            i = Math.Max(i, boundary - 1);
        }

        Add(text, from, end, sentences);
    }

    private static void Add(ReadOnlySpan<char> text, int start, int end, List<(int Start, int End)> sentences)
    {
        var (trimmedStart, trimmedEnd) = Trim(text, start, end);
        if (trimmedStart < trimmedEnd)
            sentences.Add((trimmedStart, trimmedEnd));
    }

    /// <summary>The span without outer white space, except for white space that a combining mark rests on.</summary>
    public static (int Start, int End) Trim(ReadOnlySpan<char> text, int start, int end)
    {
        var from = start;
        while (from < end && char.IsWhiteSpace(text[from]))
            from++;
        if (from > start && from < end && !IsGraphemeStart(text, from))
            from--;
        var to = end;
        while (to > from && char.IsWhiteSpace(text[to - 1]))
            to--;
        // Prepended format characters (U+0600 and kin) form one grapheme with the white space after them.
        if (to < end && to > from && char.GetUnicodeCategory(text[to - 1]) == UnicodeCategory.Format)
            to++;
        return (from, to);
    }

    /// <summary>The position after the sentence whose terminators are text[first..last], or -1 where they do not end one.</summary>
    private static int EndsSentence(ReadOnlySpan<char> text, int from, int first, int last, int end)
    {
        var after = AfterClosers(text, last + 1, end);
        if (after >= end)
            return end;
        if (!IsGraphemeStart(text, after))
            return -1;
        if (text[last] is '。' or '！' or '？')
            return after;
        var next = after;
        while (next < end && char.IsWhiteSpace(text[next]))
            next++;
        if (next >= end)
            return end;
        var single = first == last && text[first] == '.';
        if (next == after)
            return single && MissesSpace(text, first, next, end) ? after : -1;
        if (!OpensSentence(text, next, end))
            return -1;
        return single && Abbreviations.Covers(WordBefore(text, from, first), WordAt(text, next, end)) ? -1 : after;
    }

    private static int AfterClosers(ReadOnlySpan<char> text, int at, int end)
    {
        while (at < end)
        {
            if (text[at] is '"' or '\'' or '”' or '’' or ')' or ']' or '»' or '」' or '』' or '）')
            {
                at++;
                continue;
            }

            // A citation mark: [12], [3, 4].
            if (text[at] != '[')
                break;
            var close = at + 1;
            while (close < end && (char.IsAsciiDigit(text[close]) || text[close] is ',' or ' ' or '-' or '–'))
                close++;
            if (close >= end || text[close] != ']' || close == at + 1)
                break;
            at = close + 1;
        }

        return at;
    }

    /// <summary>"the plot.On page": a lost space. Only before a usual opener, since System.Text and example.Com look the same.</summary>
    private static bool MissesSpace(ReadOnlySpan<char> text, int stop, int next, int end) =>
        next == stop + 1 && stop >= 3
        && char.IsLower(text[stop - 1]) && char.IsLower(text[stop - 2]) && char.IsLower(text[stop - 3])
        && Abbreviations.OpensSentence(WordAt(text, next, end))
        && next + WordAt(text, next, end).Length is var after && after < end && text[after] == ' ';

    private static bool OpensSentence(ReadOnlySpan<char> text, int at, int end)
    {
        if (IsOpeningMark(text[at]) && at + 1 < end)
            at++;
        var c = text[at];
        // Letters without case (Hebrew, Thai, Han) open sentences too.
        return char.IsDigit(c) || char.IsSurrogate(c) || (char.IsLetter(c) && !char.IsLower(c)) || IsOpeningMark(c);
    }

    private static bool IsWrapped(ReadOnlySpan<char> text, int lineStart, int lineEnd, int end)
    {
        var line = text[lineStart..lineEnd].TrimEnd();
        var next = lineEnd + 1;
        while (next < end && char.IsWhiteSpace(text[next]))
            next++;
        if (next >= end || line.IsEmpty)
            return true;
        var last = line[^1];
        if (last is ':' or ';')
            return false;
        if (char.IsLower(text[next]))
            return true;
        if (IsTerminator(last) || AfterTerminator(line))
        {
            return last == '.' && line.Length >= WrappedLine
                && Abbreviations.Covers(WordBefore(text, lineStart, lineStart + line.Length - 1), WordAt(text, next, end));
        }

        return line.Length >= WrappedLine && (char.IsLetterOrDigit(text[next]) || IsOpeningMark(text[next]));
    }

    private static bool AfterTerminator(ReadOnlySpan<char> line)
    {
        var bare = line.TrimEnd("\"'”’)]»");
        return bare.Length < line.Length && !bare.IsEmpty && IsTerminator(bare[^1]);
    }

    /// <summary>The position of the mark that closes the one at <paramref name="at"/>; -1 where none opens there or none closes soon.</summary>
    private static int EnclosureEnd(ReadOnlySpan<char> text, int at, int end, ref int unclosed)
    {
        var (close, limit) = text[at] switch
        {
            '(' => (')', LongestEnclosure),
            '[' => (']', LongestEnclosure),
            '{' => ('}', LongestBraces),
            '“' => ('”', LongestEnclosure),
            '«' => ('»', LongestEnclosure),
            '「' => ('」', LongestEnclosure),
            '"' when (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && at + 1 < end && !char.IsWhiteSpace(text[at + 1]) => ('"', LongestEnclosure),
            _ => ('\0', 0),
        };
        if (limit == 0 || unclosed > MostUnclosed)
            return -1;
        var depth = 0;
        var stop = Math.Min(end, at + limit);
        for (var i = at + 1; i < stop; i++)
        {
            if (text[i] == close && depth-- == 0)
                return i;
            if (text[i] == text[at] && close != text[at])
                depth++;
        }

        unclosed++;
        return -1;
    }

    private static ReadOnlySpan<char> WordBefore(ReadOnlySpan<char> text, int from, int at)
    {
        var begin = at;
        while (begin > from && (char.IsLetter(text[begin - 1]) || text[begin - 1] == '.'))
            begin--;
        return text[begin..at];
    }

    private static ReadOnlySpan<char> WordAt(ReadOnlySpan<char> text, int at, int end)
    {
        if (at < end && IsOpeningMark(text[at]))
            at++;
        var stop = at;
        while (stop < end && char.IsLetter(text[stop]))
            stop++;
        return text[at..stop];
    }

    private static bool IsGraphemeStart(ReadOnlySpan<char> text, int at) =>
        at <= 0 || at >= text.Length || text[at] < '\u0300' || StringInfo.GetNextTextElementLength(text[(at - 1)..]) == 1;

    private static bool IsTerminator(char c) => c is '.' or '!' or '?' or '…' or '。' or '！' or '？' or '؟' or '।' or '۔';

    private static bool IsOpeningMark(char c) => c is '"' or '\'' or '“' or '‘' or '«' or '(' or '[' or '「' or '『' or '（' or '¿' or '¡';
}
