using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>
/// Finds what was said before where a caller writes it into one message ("Chat history: …"), as LangChain's chains do: what the user said of himself is no document.
/// </summary>
internal static partial class EarlierTurns
{
    /// <summary>Where they begin in <paramref name="text"/>; -1 where there are none.</summary>
    public static int Find(ReadOnlySpan<char> text)
    {
        foreach (var match in Label().EnumerateMatches(text))
            return match.Index;
        return -1;
    }

    /// <summary>Whether a tag of this name holds them: <c>&lt;chat_history&gt;</c>, but not <c>&lt;order_history&gt;</c>.</summary>
    public static bool IsTag(ReadOnlySpan<char> name) => Tag().IsMatch(name);

    [GeneratedRegex(
        @"^[ \t]*(?:#{1,6}[ \t]*|\*\*)?(?:(?:the |our )?(?:chat|conversation|conversational|dialog(?:ue)?|message) (?:history|log|so far)|(?:previous|prior|current|recent|earlier) (?:conversation|dialog(?:ue)?|chat|messages?|turns?|questions and answers)"
        + @"|history(?=:[ \t]*\r?\n?[ \t]*(?:human|user|ai|assistant|customer)[ \t]*:)|(?:bisheriger? )?(?:gesprächsverlauf|chatverlauf)|bisheriges gespräch|historique (?:de la conversation|du chat)|historial (?:de la conversación|del chat)|cronologia (?:della conversazione|della chat)|histórico (?:da conversa|do chat)|gespreksgeschiedenis|对话历史|聊天记录|会話履歴)(?:\*\*)?[ \t]*(?:[:：]|(?<=#[^\n]*)\r?$)",
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex("^(?:(?:chat|conversation|dialog(?:ue)?|message|session)[_-]?)?history$|^(?:previous|prior|earlier|recent|current)[_-]?(?:conversation|dialog(?:ue)?|chat|messages?|turns?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
