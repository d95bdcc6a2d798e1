using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Silo.Upstream.Simulation;

/// <summary>Makes up an answer from model and question alone: the same pair always gives the same text, and the text says it is simulated.</summary>
internal static class AnswerText
{
    public const string Label = "[Simulated answer; no provider is configured.]";

    private const int TopicWords = 12;

    private static readonly string[] Openings =
    [
        "You asked: \"{0}\".",
        "This replies to \"{0}\".",
        "Regarding \"{0}\", here is a placeholder.",
        "For the question \"{0}\" a real model would now give its findings.",
    ];

    private static readonly string[] Sentences =
    [
        "A configured provider would weigh the documents in the prompt and quote the passage it relies on.",
        "The length of this text is typical for a short factual reply, so that costs and savings are realistic.",
        "Nothing here was looked up, and no figure in it should be used.",
        "The wording depends only on the model's name and on the question, which makes runs repeatable.",
        "Token counts reported with this reply were made with the tokenizer of the model that was named.",
        "Limits, dates and amounts would follow here, each with the section it comes from.",
        "Where the documents leave room, a careful reply names the assumption it makes.",
        "An exception would be pointed out at this place, together with who may grant it.",
        "The next step would be described in one or two plain sentences.",
        "If the question has several parts, each of them would be answered in turn.",
        "A short summary would repeat the decision and the condition that it hangs on.",
        "The reader would also learn which document to open for the full rule.",
    ];

    /// <summary>An answer of about <paramref name="meanTokens"/> tokens: from half to one and a half of it, by the question.</summary>
    public static string Compose(ITokenCounter counter, string model, string question, int meanTokens)
    {
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes(model + "\n" + question));
        var target = (meanTokens / 2) + (((seed[0] << 8) | seed[1]) % (meanTokens + 1));
        var text = new StringBuilder(Label).Append(' ').AppendFormat(null, Openings[seed[2] % Openings.Length], Topic(question));
        var tokens = counter.Count(text.ToString());

        // A step that shares no factor with the count visits every sentence before one comes again.
        var step = new[] { 1, 5, 7, 11 }[seed[3] % 4];
        for (int i = 0, at = seed[4]; i == 0 || tokens < target; i++, at += step)
        {
            var sentence = Sentences[at % Sentences.Length];
            tokens += counter.Count(sentence) + 1;
            if (i > 0 && tokens > target + (meanTokens / 8))
                break;
            text.Append(' ').Append(sentence);
        }

        return text.ToString();
    }

    /// <summary>Cuts <paramref name="text"/> at a word so that it has no more than <paramref name="maxTokens"/> tokens.</summary>
    public static string Truncate(ITokenCounter counter, string text, int maxTokens)
    {
        var cut = new StringBuilder();
        foreach (var word in Words(text))
        {
            cut.Append(word);
            if (counter.Count(cut.ToString()) > maxTokens)
            {
                cut.Length -= word.Length;
                break;
            }
        }

        return cut.ToString();
    }

    /// <summary>Words with the space before them, as tokens mostly are.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i < text.Length && !(char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1])))
                continue;
            yield return text[start..i];
            start = i;
        }
    }

    private static string Topic(string question)
    {
        var words = question.Split((char[]?)null, TopicWords + 1, StringSplitOptions.RemoveEmptyEntries);
        var topic = string.Join(' ', words.Take(TopicWords)).Replace('"', '\'');
        return words.Length == 0 ? "(no text)" : words.Length > TopicWords ? topic + " …" : topic;
    }
}
