using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace OrleansLlm.Inference.Tokenization;

/// <summary>
/// What is left of a character after canonical decomposition (NFD) and removal of non-spacing marks: "é" gives "e".
/// <see cref="string.Normalize()"/> cannot serve: it changes nothing under InvariantGlobalization, which the images run with
/// because they carry no ICU.
/// </summary>
internal static class CanonicalBases
{
    /// <summary>The most UTF-16 code units that one character gives.</summary>
    public const int MaxLength = 6;

    private const int HangulFirst = 0xAC00, HangulCount = 11172, LeadFirst = 0x1100, VowelFirst = 0x1161, TrailBeforeFirst = 0x11A7;
    private const int VowelCount = 21, TrailCount = 28;

    private static readonly FrozenDictionary<int, string> s_bases = Load();

    /// <summary>Writes the bases of <paramref name="rune"/>, at most <see cref="MaxLength"/> UTF-16 code units, and returns how many; marks alone give 0.</summary>
    public static int Write(Rune rune, Span<char> destination)
    {
        if (rune.Value is >= HangulFirst and < HangulFirst + HangulCount)
            return WriteHangul(rune.Value - HangulFirst, destination);
        if (s_bases.TryGetValue(rune.Value, out var bases))
        {
            bases.CopyTo(destination);
            return bases.Length;
        }

        return Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? 0 : rune.EncodeToUtf16(destination);
    }

    // The Unicode Standard, section 3.12: a syllable is a lead, a vowel and perhaps a trailing consonant.
    private static int WriteHangul(int index, Span<char> destination)
    {
        destination[0] = (char)(LeadFirst + index / (VowelCount * TrailCount));
        destination[1] = (char)(VowelFirst + index % (VowelCount * TrailCount) / TrailCount);
        var trail = index % TrailCount;
        if (trail == 0)
            return 2;
        destination[2] = (char)(TrailBeforeFirst + trail);
        return 3;
    }

    private static FrozenDictionary<int, string> Load()
    {
        using var stream = typeof(CanonicalBases).Assembly.GetManifestResourceStream("canonical-bases.txt")
            ?? throw new InvalidOperationException("the assembly was built without canonical-bases.txt");
        using var reader = new StreamReader(stream);
        var bases = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var runes = line.Split(' ').Select(code => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            bases.Add(runes[0], string.Concat(runes.Skip(1).Select(char.ConvertFromUtf32)));
        }

        return bases.ToFrozenDictionary();
    }
}
