using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>
/// Recognises text that speaks to the model ("You are …", "Never …", "Answer in German."), by how its sentences and list items open. Some openers are
/// as good in a document ("If the …", "You can …"): they count only where a document's instructions stand, at its ends.
/// </summary>
internal static class ModelAddress
{
    private const int LongestOpener = 40;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Openers = (
        "always|never|answer|reply|respond|avoid|ensure|please|pretend|remember|refuse|don't|you're|you are|you act|you must|you should|you will|you have|you may|"
        + "you never|you always|you answer|you only|you speak|your task|your job|your role|your goal|your answer|your answers|your reply|your replies|your response|"
        + "your responses|your output|act as|behave as|do not|make sure|be concise|be brief|be polite|be careful|be friendly|be honest|be helpful|use only|use no|"
        + "use plain|use the|use a|only use|only answer|only reply|only respond|write in|write a|write the|write your|return only|return the|return a|output only|"
        + "output the|keep it|keep your|keep the|cite the|cite your|stick to|speak in|speak to|format your|format the|follow the|follow these|if asked|if you|"
        + "antworte|antworten|beantworte|schreibe|schreib|verwende|benutze|vermeide|immer|niemals|nie|bitte|du bist|du musst|du sollst|du darfst|du antwortest|"
        + "sie sind|sie müssen|sie sollen|sie dürfen|deine aufgabe|deine rolle|deine antwort|deine antworten|ihre aufgabe|ihre antwort|ihre antworten|"
        + "réponds|répondez|utilise|utilisez|évite|évitez|toujours|jamais|tu es|tu dois|vous êtes|vous devez|votre tâche|votre rôle|ta tâche|ne réponds|ne répondez|"
        + "ne mentionne|ne mentionnez|ne donne|ne donnez|responde|responda|contesta|conteste|utiliza|evita|siempre|nunca|eres un|eres una|eres el|debes|"
        + "tu tarea|su tarea|no respondas|no menciones|rispondi|rispondere|sempre|sei un|sei una|devi|il tuo|non rispondere|non menzionare|use|evite|"
        + "você é|você deve|sua tarefa|não responda|não mencione|antwoord|gebruik|vermijd|altijd|nooit|je bent|u bent|je moet|jouw taak|je taak").Split('|')
        .ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OpenersAtTheEnds = (
        "i|i'm|i've|my|today is|the user|the current|current date|all replies|all answers|no more|think step|take a|start with|finish with|begin with|speak like|"
        + "ich|mein|meine|heute ist|der nutzer|je|j'ai|mon|ma|yo|mi|hoy es|io|mio|mia|if the|if there|if no|if none|if it|if unsure|if in|you can|you can't|you cannot|you need|you don't|you shall|say|just say|simply say|just answer|"
        + "cite|quote|mention|output|return|base|limit|ignore|give|provide|explain|list|focus|consider|assume|keep|under no|only cite|only quote|only mention|"
        + "only say|only give|only use|only return|only output|given the|given these|given this|based on|given only|with the|"
        + "gib|geben|nenne|nennen|sag|sage|sagen|zitiere|zitieren|begründe|falls|wenn die|wenn der|wenn du|wenn sie|nutze|nutzen|halte|halten|gehe|du kannst|"
        + "donne|donnez|cite|citez|indique|indiquez|dis|dites|si la|si le|si tu|si vous|tu peux|vous pouvez|da la|di que|cita|indica|si no|puedes|"
        + "dai|indica|se la|se il|se non|puoi|dê|cite|indique|se a|se não|geef|noem|als het|als de|je kunt").Split('|').Distinct()
        .ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    // Written without spaces.
    private static readonly string[] Unspaced =
        ["你是", "您是", "你必须", "你應", "你应", "你的任务", "请", "請", "不要", "必须", "必須", "始终", "总是", "用中文", "回答", "あなたは", "必ず", "日本語で", "決して", "당신은", "항상", "절대"];

    /// <summary>Whether any sentence or list item of <paramref name="text"/> does.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="isAtTheEnd">Whether it is a short paragraph at an end of a document.</param>
    public static bool IsIn(ReadOnlySpan<char> text, bool isAtTheEnd = false)
    {
        var isOpen = true; // a sentence may open here
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (isOpen && char.IsLetter(c))
            {
                if (Speaks(text[at..], isAtTheEnd))
                    return true;
                isOpen = false;
            }
            else if (c is '\n' or '。' or '！' or '？' || (c is '.' or '!' or '?' or ':' && at + 1 < text.Length && char.IsWhiteSpace(text[at + 1])))
            {
                isOpen = true;
            }
        }

        return false;
    }

    private static bool Speaks(ReadOnlySpan<char> sentence, bool isAtTheEnd)
    {
        foreach (var opener in Unspaced)
        {
            if (sentence.StartsWith(opener, StringComparison.Ordinal))
                return true;
        }

        Span<char> words = stackalloc char[LongestOpener];
        var length = 0;
        for (var word = 0; word < 2; word++)
        {
            for (; length < sentence.Length && length < words.Length && (char.IsLetter(sentence[length]) || sentence[length] is '\'' or '’'); length++)
                words[length] = sentence[length] == '’' ? '\'' : char.ToLowerInvariant(sentence[length]);
            if (Openers.Contains(words[..length]) || (isAtTheEnd && OpenersAtTheEnds.Contains(words[..length])))
                return true;
            if (length >= sentence.Length || length >= words.Length || sentence[length] != ' ')
                return false;
            words[length++] = ' ';
        }

        return false;
    }
}
