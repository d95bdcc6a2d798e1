namespace OrleansLlm.Core.Compression;

/// <summary>Lower case without the accents of Latin letters, so that "Sao Paulo" meets "São Paulo".</summary>
internal static class LatinFolding
{
    private const char First = '\u00C0';

    // U+00C0 to U+017F; a dot where the character is no letter with a plain form.
    private const string Plain =
        "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty" +
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll" +
        "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    public static char Fold(char c)
    {
        if (char.IsAscii(c))
            return char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
        var index = c - First;
        if (index >= 0 && index < Plain.Length && Plain[index] != '.')
            return Plain[index];
        return char.ToLowerInvariant(c);
    }
}
