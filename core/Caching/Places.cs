using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Countries (with the words for their people), states and large cities by any case, so that "in canada" and "in india" differ although
/// nobody capitalised them. One row is one place; the first name stands for all. Not complete, nor need it be: capitalised names
/// are entities without being listed.
/// </summary>
internal static class Places
{
    private static readonly FrozenDictionary<string, string> Names = (
        "usa america american|canada canadian|mexico mexican|brazil brazilian|argentina argentinian|chile chilean|colombia colombian|peru peruvian|"
        + "venezuela|cuba cuban|jamaica jamaican|uk britain british england english|scotland scottish|wales welsh|ireland irish|france french|"
        + "germany german|italy italian|spain spanish|portugal portuguese|netherlands dutch holland|belgium belgian|switzerland swiss|austria austrian|"
        + "sweden swedish|norway norwegian|denmark danish|finland finnish|iceland icelandic|poland|czechia czech|hungary hungarian|"
        + "romania romanian|bulgaria bulgarian|greece greek|russia russian|ukraine ukrainian|serbia serbian|croatia croatian|israel israeli|"
        + "palestine palestinian|lebanon lebanese|syria syrian|iraq iraqi|iran iranian|jordan|egypt egyptian|morocco moroccan|algeria|tunisia|libya|"
        + "nigeria nigerian|ghana|kenya kenyan|ethiopia ethiopian|uganda|tanzania|zimbabwe|somalia|sudan|senegal|cameroon|saudi|uae emirates|qatar|"
        + "kuwait|oman|bahrain|yemen|afghanistan afghan|pakistan pakistani|india indian|bangladesh bangladeshi|nepal nepali nepalese|lanka|bhutan|"
        + "china chinese|taiwan taiwanese|japan japanese|korea korean|mongolia|vietnam vietnamese|thailand thai|cambodia|laos|myanmar burma|malaysia malaysian|"
        + "singapore singaporean|indonesia indonesian|philippines filipino|australia australian|zealand|europe european|africa african|asia asian|eu|"
        + "california|texas|florida|nevada|oregon|arizona|colorado|illinois|ohio|michigan|massachusetts|pennsylvania|virginia|alabama|alaska|arkansas|"
        + "connecticut|delaware|hawaii|idaho|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|minnesota|mississippi|missouri|montana|nebraska|"
        + "oklahoma|tennessee|utah|vermont|wisconsin|wyoming|ontario|quebec|alberta|kerala|karnataka|gujarat|punjab|maharashtra|rajasthan|bihar|goa|kashmir|"
        + "london|paris|berlin|munich|frankfurt|madrid|barcelona|rome|milan|vienna|zurich|geneva|amsterdam|brussels|dublin|lisbon|athens|moscow|istanbul|"
        + "dubai|cairo|lagos|nairobi|mumbai bombay|delhi|bangalore bengaluru|hyderabad|chennai madras|kolkata calcutta|pune|ahmedabad|jaipur|karachi|lahore|"
        + "beijing|shanghai|shenzhen|tokyo|osaka|seoul|bangkok|jakarta|manila|sydney|melbourne|toronto|vancouver|montreal|nyc manhattan|chicago|boston|"
        + "seattle|houston|dallas|austin|miami|atlanta|denver|philadelphia|detroit|francisco sf|angeles|vegas|diego")
        .Split('|').SelectMany(row => row.Split(' ').Select(name => (name, row.Split(' ')[0])))
        .DistinctBy(pair => pair.name).ToFrozenDictionary(pair => pair.name, pair => pair.Item2, StringComparer.Ordinal);

    /// <summary>The place that <paramref name="token"/>, after <paramref name="previous"/>, names; or null.</summary>
    public static string? Of(QuestionToken token, QuestionToken previous)
    {
        switch (previous.Lower, token.Lower)
        {
            case ("united", "states"):
                return "usa";
            case ("united", "kingdom"):
                return "uk";
            case ("new", "york"):
                return "nyc";
        }

        if (token.Surface is "US")
            return "usa";
        var name = token.Lower ?? "";
        return Names.TryGetValue(name, out var place) || (name.EndsWith('s') && Names.TryGetValue(name[..^1], out place)) ? place : null;
    }
}
