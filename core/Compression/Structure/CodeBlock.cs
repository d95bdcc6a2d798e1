using System.Buffers;

namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// Code without fences: at least two lines that can hardly be prose, blank lines and lone braces between them included, or one indented line
/// that stands alone. One a text.
/// </summary>
internal sealed class CodeBlock(JsonBlock json)
{
    private static readonly string[] Openers =
    [
        "def ", "class ", "import ", "from ", "using ", "namespace ", "public ", "private ", "protected ", "internal ", "static ", "function ",
        "return ", "return;", "#include", "#define", "#if", "#endif", "const ", "let ", "var ", "export ", "package ", "func ", "fn ", "impl ",
        "struct ", "enum ", "interface ", "SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ", "ALTER TABLE ", "FROM ",
        "WHERE ", "JOIN ", "GROUP BY ", "ORDER BY ", "//", "/*", "*/", "$ ", "PS>", ">>> ", "@Override", "elif ", "except ", "try:", "else:",
    ];

    private static readonly SearchValues<char> Operators = SearchValues.Create("=(){};:*<>");
    private static readonly SearchValues<char> Marks = SearchValues.Create("={};<>");
    private static readonly SearchValues<char> Brackets = SearchValues.Create("=(){}[]<>");

    public int Lines(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        if (!IsCode(lines[at].In(text)))
            return IsLoneCommand(text, lines, at) ? 1 : 0;
        var last = at;
        var sure = 1;
        for (var i = at + 1; i < lines.Length && i <= last + 2; i++)
        {
            var line = lines[i].In(text);
            if (lines[i - 1].In(text).IsWhiteSpace() && !line.IsWhiteSpace() && json.Lines(text, lines, i) > 0)
                break;
            if (IsCode(line))
                sure++;
            else if (line.IsWhiteSpace() || !IsIndented(line))
                continue;
            last = i;
        }

        return sure >= 2 ? last - at + 1 : IsLoneCommand(text, lines, at) ? 1 : 0;
    }

    /// <summary>An indented line alone between blank ones (CommonMark 4.4) that does not read like prose: "    npm install pump".</summary>
    private static bool IsLoneCommand(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        var line = lines[at].In(text);
        var body = line.Trim();
        return IsIndented(line)
            && (at == 0 || lines[at - 1].In(text).IsWhiteSpace())
            && (at + 1 >= lines.Length || lines[at + 1].In(text).IsWhiteSpace())
            && !char.IsUpper(body[0]) && body[^1] is not ('.' or '!' or '?') && ListMarker.Length(body) == 0;
    }

    private static bool IsIndented(ReadOnlySpan<char> line) => line[0] == '\t' || line.StartsWith("    ", StringComparison.Ordinal);

    private static bool IsCode(ReadOnlySpan<char> line)
    {
        var body = line.Trim();
        if (body.IsEmpty)
            return false;
        if (body[^1] is '{' or '}' || body is "};" or "});" or ")" or "]" or "end")
            return true;
        var ends = body[^1] is ';' && !EndsLikeProse(body);
        if (ends || (IsIndented(line) && (body.ContainsAny(Marks) || HasCall(body)) && !EndsLikeSentence(body)))
            return true;
        foreach (var opener in Openers)
        {
            // "class action", "from the start": the rest must look like code as well, but after "SELECT".
            if (body.StartsWith(opener, StringComparison.Ordinal))
                return body.ContainsAny(Operators) || body.Count(' ') <= 2 || char.IsUpper(opener[1]);
        }

        return false;
    }

    private static bool EndsLikeSentence(ReadOnlySpan<char> body) => body[^1] is '.' or '!' or '?' && body.Count(' ') > 3;

    /// <summary><c>name(</c>: prose has a space before a bracket.</summary>
    private static bool HasCall(ReadOnlySpan<char> body)
    {
        var open = body.IndexOf('(');
        return open > 0 && (char.IsLetterOrDigit(body[open - 1]) || body[open - 1] == '_');
    }

    /// <summary>An item of an enumeration ("the fee is due; ") ends with a semicolon too, but has neither operators nor calls.</summary>
    private static bool EndsLikeProse(ReadOnlySpan<char> body) => !body.ContainsAny(Brackets) || body.Count(' ') > 12;
}
