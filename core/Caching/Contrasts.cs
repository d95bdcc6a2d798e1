using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Words that exclude each other: opposites (enable / disable), and kinds of one thing (checking / savings, Monday / Friday, KYC / AML).
/// Each row is a group; <c>|</c> parts its poles; words of one pole mean the same for this purpose. "~on" is the particle of
/// "turn ... on", see <see cref="Terms"/>.
/// </summary>
internal static class Contrasts
{
    private static readonly string[] Groups =
    [
        // Acts and their reverse.
        "~on enable enabled activate activation|~off disable disabled deactivate deactivation",
        "~in login signin|~out logout signout",
        "~up|~down",
        "open opening|close closing closure shut",
        "increase raise increasing boost|decrease reduce lower decreasing reduction",
        "buy purchase bought buying|sell sold selling sale",
        "deposit|withdraw withdrawal withdrew",
        "send sent sending sender give giving given gave|receive received receiving receiver recipient",
        "borrow borrower|lend lent lender",
        "start begin launch started|stop end quit cancel ended",
        "add adding|remove delete removal deletion",
        "install installation|uninstall uninstallation",
        "subscribe|unsubscribe",
        "attach|detach", "connect|disconnect", "link|unlink", "follow|unfollow", "hide|unhide show", "upgrade|downgrade",
        "upload|download", "import|export", "encrypt|decrypt", "push|pull", "mount|unmount", "expand|collapse",
        "lock locked freeze block blocked|unlock unlocked unfreeze unblock unblocked",
        "include including|exclude excluding", "allow permit|forbid prohibit ban disallow",
        "accept approve approved approval accepted|reject deny decline declined rejected denied rejection denial",
        "pass|fail", "succeed success|fail failure", "win won|lose lost loss", "gain|lose loss", "profit|loss",
        "arrive arrival|depart departure leave", "enter entry|exit", "hire|fire dismiss", "marry marriage|divorce", "love|hate", "remember|forget",
        "appear|disappear", "create|destroy delete", "earn|spend", "save saving|spend spending", "issue|redeem", "build|demolish",
        "inhale|exhale", "ascending|descending", "inflow|outflow", "overpay|underpay",

        // Relations, amounts, order, time.
        "before prior|after following", "with|without", "inside|outside", "above|below", "over|under", "ahead|behind",
        "earlier earliest|later latest", "early|late", "first|last", "more|less fewer", "most|least", "max maximum highest largest biggest|min minimum lowest smallest",
        "high higher|low lower", "long longer longest|short shorter shortest", "big large bigger larger|small smaller smallest", "old older oldest|new newer newest",
        "young younger youngest|old older oldest", "best|worst", "better|worse", "good|bad", "easy easier easiest|hard harder difficult hardest",
        "fast faster fastest|slow slower slowest", "rich richer richest|poor poorer poorest", "cheap cheaper cheapest|expensive",
        "hot hotter hottest|cold colder coldest", "wet wetter|dry drier dryer", "light lighter lightest|heavy heavier heaviest",
        "thick thicker thickest thicken thickens|thin thinner thinnest thins", "strong stronger strongest strengthen strengthens|weak weaker weakest weaken weakens",
        "safe safer safest|dangerous unsafe", "true|false", "positive|negative",
        "top|bottom", "front|back", "upper|lower", "inner|outer", "internal|external", "input|output", "horizontal|vertical", "odd|even",
        "difference different differ|similarity similar alike", "advantage pro benefit|disadvantage con drawback", "cause|effect symptom", "day|night", "morning|evening|afternoon",
        "today|tomorrow|yesterday", "weekday|weekend", "always|sometimes occasionally|often frequently usually regularly|rarely seldom hardly|never",
        "partly partially|fully completely entirely wholly totally", "single|double twice|triple treble thrice|quadruple|halve", "predecessor|successor", "noon|midnight", "numerator|denominator", "present|absent", "winter|summer|spring|autumn",
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
        "january jan|february feb|april apr|june jun|july jul|august aug|september sept|october oct|november nov|december dec|May|March",
        "hourly|daily day|weekly week|monthly month|quarterly quarter|yearly annual annually year",

        // Law, money and accounts.
        "legal|illegal", "mandatory required|optional", "public|private", "personal individual consumer retail|business corporate commercial company",
        "checking|saving", "debit|credit", "home|abroad", "domestic|international overseas foreign", "inbound incoming|outbound outgoing", "gross|net", "asset|liability",
        "fixed|variable floating adjustable", "federal|state", "joint|individual sole", "landlord|tenant", "employer|employee", "buyer|seller vendor",
        "plaintiff claimant|defendant", "maternity maternal|paternity paternal", "stdin|stdout|stderr", "parent|child children", "mentor|mentee", "lessor|lessee", "ceiling|floor",
        "creditor|debtor", "payer|payee", "sender|recipient beneficiary", "customer client|merchant", "income revenue|expense expenditure",
        "principal|interest", "premium|deductible", "bull bullish|bear bearish", "roth|traditional",
        "secured|unsecured", "taxable|nontaxable exempt", "physical|digital virtual|paper", "primary|secondary", "principal|agent",
        "dollar usd|euro eur|gbp sterling|yen jpy|rupee inr|yuan cny rmb renminbi|franc chf|bitcoin btc|ethereum eth|peso mxn|won krw|cad|aud|nzd|sgd|hkd",
        "wire|ach|sepa|swift|check cheque|cash|zelle|venmo|paypal", "kyc|aml|cdd|edd|sar|ctr|ofac|fatca|crs|gdpr|ccpa|pci|sox|glba|fcra|ecoa|tila|respa|udaap|mifid|dodd|basel|finra|cip|kyb|bsa|fdic|cfpb|occ|fincen|fca",
        "visa|mastercard|amex|discover", "etf|stock equity share|bond|crypto", "sms|email mail|phone call|chat|fax", "passport|license licence",

        // People.
        "male man men boy|female woman women girl lady", "husband|wife", "boyfriend|girlfriend", "father dad|mother mom mum|brother|sister|son|daughter|uncle|aunt",
        "adult|minor child children kid", "teacher professor|student", "doctor|patient|nurse", "undergraduate|graduate postgraduate|phd|mba", "single unmarried|married",
        "human|animal", "white|black|red|green|blue|yellow|pink|purple|brown|gray grey", "north northern|south southern|east eastern|west western", "left|right",
        "vegetarian|vegan|meat", "boss|employee", "introvert|extrovert",

        // Products and firms; one pole each.
        "android|ios iphone ipad|windows|mac macos osx macbook|linux ubuntu|chromebook",
        "python|java|javascript js|c++|c#|ruby|php|rust|golang|kotlin|scala|perl|matlab|haskell|typescript|cobol|fortran|sql|html|css",
        "facebook|instagram|twitter|whatsapp|snapchat|linkedin|youtube|tiktok|quora|reddit|pinterest|telegram|skype|tumblr|tinder|discord|slack|wikipedia|"
            + "google|microsoft|amazon|netflix|uber|lyft|airbnb|tesla|samsung|nokia|sony|dell|lenovo|asus|ibm|oracle|intel|nvidia|flipkart|ebay|walmart|"
            + "toyota|honda|bmw|audi|ford|yahoo|bing|gmail|outlook|hotmail|spotify|infosys|tcs|wipro|accenture|deloitte|pwc|kpmg|stripe|plaid|robinhood|coinbase|binance|Apple|Chase|Target",
        "chrome|firefox|safari|edge|opera", "react|angular|vue", "mysql|postgresql postgres|mongodb|sqlite|redis|oracle", "aws|azure|gcp",
        "football soccer|cricket|basketball|baseball|tennis|hockey|rugby|golf|volleyball|badminton",
        "engineering|medicine medical|law|arts|commerce", "mechanical|electrical|civil|chemical|aerospace", "physics|chemistry|biology|mathematics math maths|history|economics|psychology",
        "english|french|spanish|german|italian|portuguese|chinese mandarin|japanese|korean|arabic|hindi|russian|tamil|telugu|bengali|punjabi|urdu|turkish|dutch|latin|swedish|polish|greek|hebrew|persian|vietnamese|thai",
        "hindu hinduism|muslim islam islamic|christian christianity|jewish judaism|buddhist buddhism|sikh|atheist", "protestant|catholic|orthodox",
        "democrat democratic|republican", "ias|ips|ifs|upsc|jee|neet|gre|gmat|toefl|ielts|ssc",
    ];

    private static readonly FrozenDictionary<string, (int Group, int Pole)[]> Poles = Build();

    /// <summary>
    /// True where both sides hold poles of one group, and not the same ones: "turn off" beside "turn on", and "positive and negative
    /// effects" beside "positive effects", where one answer is half of the other.
    /// </summary>
    public static bool Differ(IReadOnlySet<string> terms, IReadOnlySet<string> others)
    {
        var mine = PolesOf(terms);
        if (mine.Count == 0)
            return false;
        var theirs = PolesOf(others);
        return Lacks(mine, theirs) || Lacks(theirs, mine);
    }

    /// <summary>True for a word that some group knows: it is never explained away as a misspelling.</summary>
    public static bool Knows(string term) => Poles.ContainsKey(term);

    private static bool Lacks(HashSet<(int Group, int Pole)> some, HashSet<(int Group, int Pole)> others) =>
        some.Any(pole => !others.Contains(pole) && others.Any(other => other.Group == pole.Group));

    private static HashSet<(int Group, int Pole)> PolesOf(IReadOnlySet<string> terms)
    {
        var poles = new HashSet<(int, int)>();
        foreach (var term in terms)
        {
            if (Poles.TryGetValue(term, out var found))
                poles.UnionWith(found);
        }

        return poles;
    }

    private static FrozenDictionary<string, (int Group, int Pole)[]> Build()
    {
        var poles = new Dictionary<string, List<(int, int)>>(StringComparer.Ordinal);
        for (var group = 0; group < Groups.Length; group++)
        {
            var parts = Groups[group].Split('|', StringSplitOptions.RemoveEmptyEntries);
            for (var pole = 0; pole < parts.Length; pole++)
            {
                foreach (var word in parts[pole].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    var key = Words.Stem(word);
                    if (!poles.TryGetValue(key, out var list))
                        poles[key] = list = [];
                    if (!list.Contains((group, pole)))
                        list.Add((group, pole));
                }
            }
        }

        return poles.ToFrozenDictionary(p => p.Key, p => p.Value.ToArray(), StringComparer.Ordinal);
    }
}
