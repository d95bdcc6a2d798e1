using System.Collections.Frozen;
using System.Text;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Canonical composition (NFC) of Latin letters. Under invariant globalization, which the images run with, <see cref="string.Normalize()"/>
/// returns its input unchanged, so the pairs that keyboards and PDF exports produce are composed here. Letters of other scripts stay as
/// they are written: two spellings then count as different texts, which costs a hit and never a wrong answer.
/// </summary>
internal static class LatinComposition
{
    // Per combining mark: base letters, and their composed forms at the same places (UnicodeData.txt, Latin-1 and Latin Extended-A/B).
    private static readonly FrozenDictionary<(char Base, char Mark), char> Composed = Build(
        ('\u0300', "AEIOUNaeioun", "ÀÈÌÒÙǸàèìòùǹ"),
        ('\u0301', "AEIOUYCLNRSZGaeiouyclnrszg", "ÁÉÍÓÚÝĆĹŃŔŚŹǴáéíóúýćĺńŕśźǵ"),
        ('\u0302', "AEIOUCGHJSWYaeioucghjswy", "ÂÊÎÔÛĈĜĤĴŜŴŶâêîôûĉĝĥĵŝŵŷ"),
        ('\u0303', "ANOIUanoiu", "ÃÑÕĨŨãñõĩũ"),
        ('\u0304', "AEIOUaeiou", "ĀĒĪŌŪāēīōū"),
        ('\u0306', "AEGIOUaegiou", "ĂĔĞĬŎŬăĕğĭŏŭ"),
        ('\u0307', "CEGIZcegz", "ĊĖĠİŻċėġż"),
        ('\u0308', "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"),
        ('\u030A', "AUau", "ÅŮåů"),
        ('\u030B', "OUou", "ŐŰőű"),
        ('\u030C', "CDENRSTZAIOUGcdenrstzaioug", "ČĎĚŇŘŠŤŽǍǏǑǓǦčďěňřšťžǎǐǒǔǧ"),
        ('\u0327', "CGKLNRSTcgklnrst", "ÇĢĶĻŅŖŞŢçģķļņŗşţ"),
        ('\u0328', "AEIUaeiu", "ĄĘĮŲąęįų"));

    private static readonly FrozenDictionary<char, char> Bases = Composed.ToFrozenDictionary(pair => pair.Value, pair => pair.Key.Base);

    /// <summary>Appends <paramref name="next"/> to <paramref name="text"/>, joined with its last letter where the two have a composed form.</summary>
    public static void Append(StringBuilder text, char next)
    {
        if (next is >= '\u0300' and <= '\u0328' && text.Length > 0 && Composed.TryGetValue((text[^1], next), out var joined))
            text[^1] = joined;
        else
            text.Append(next);
    }

    /// <summary>The letter without its mark.</summary>
    public static char BaseOf(char letter) => Bases.GetValueOrDefault(letter, letter);

    private static FrozenDictionary<(char Base, char Mark), char> Build(params (char Mark, string Bases, string Forms)[] table) =>
        table.SelectMany(row => row.Bases.Zip(row.Forms, (letter, form) => KeyValuePair.Create((letter, row.Mark), form))).ToFrozenDictionary();
}
