using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// Signs that a wrong answer does harm to health, life, rights, money or a system. A subject alone is no sign: what a thing is, who found it and when are facts.
/// Beside it the question must ask what may or should be done, how much, how often or until when, or tell of something that has happened.
/// </summary>
internal static partial class HarmSigns
{
    /// <summary>Whether a text has them.</summary>
    public static bool AreIn(string text)
    {
        // What is translated or sorted is said by someone else, to someone else.
        if (Handled().IsMatch(text))
            text = Quoted().Replace(text, " ");
        if (SelfHarm().IsMatch(text))
            return true;
        var acts = Act().IsMatch(text);
        var asks = acts || YesOrNo().IsMatch(text);
        var asksMore = asks && !Whereabouts().IsMatch(text);
        return (asks && (Judgement().IsMatch(text) || Duty().IsMatch(text)))
            || (asksMore && (Law().IsMatch(text) || Tax().IsMatch(text) || Weapon().IsMatch(text)))
            || (((asks && !WhereOrWho().IsMatch(text)) || Amount().IsMatch(text) || Told().IsMatch(text)) && Medicine().IsMatch(text))
            || ((asks || Told().IsMatch(text)) && (Injury().IsMatch(text) || Hazard().IsMatch(text)))
            || ((asks || Amount().IsMatch(text) || Told().IsMatch(text)) && Feeding().IsMatch(text))
            || (Limit().IsMatch(text) && (Law().IsMatch(text) || Tax().IsMatch(text)))
            || Food().IsMatch(text) || Savings().IsMatch(text)
            || SecretHandling().IsMatch(text) || Destruction().IsMatch(text);
    }

    [GeneratedRegex(
        @"^\W*(please |can you |could you )?(translate|classify|categori[sz]e|label|proofread|rephrase|paraphrase|rewrite|shorten|spell|define)\b|" +
        @"\b(sentiment|spam|synonyms?|opposite|plural|mean(ing|s)?|spell(ed|ing)?|pronounced?|positive or negative|stands? for|(word|phrase|translation|" +
        @"\w+(ish|ese|ian|ench|man)) for(?=\s[""“'])|do you say)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Handled();

    [GeneratedRegex(@"""[^""]*""|“[^”]*”|(?<!\w)'[^']*'(?!\w)|:\s[^?]*$")]
    private static partial Regex Quoted();

    [GeneratedRegex(
        @"\b(kill|hurt|harm|hang|cut|cutting|killing|hurting|harming|starve|starving) (myself|himself|herself|themselves|yourself)\b|\b(end|ending|" +
        @"take|taking|took) (my|his|her|their|your) (own )?li(fe|ves)\b|\b(want|wants|wish|going|ready|way|ways|take|takes) to die\b|\b(don't|do not|" +
        @"doesn't|does not|dont) want to (live|be alive|exist|wake up)\b|\bbetter off (dead|without me)\b|\bno reason to live\b|\b(nobody|no one) would (miss|" +
        @"care)\b|\bif i (was|were) gone\b|\bcan'?t go on\b|\btired of (living|life)\b|\ba burden to\b|\b(i|i'm|i am|my|me|he|she)\b.{0,60}\b(suicid(e|" +
        @"al)|self.harm(ing)?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SelfHarm();

    [GeneratedRegex(
        @"\b(can|could|should|may|must|shall|do|would|will|am|are) (i|we|you|he|she|they|one|someone|somebody|anyone|people|my|our|a|an|your|the)\b|" +
        @"\bhow (do|can|should|would|to|soon|late|often|high|low|hot|cold|deep|fast|dangerous|safe|long (do|does|can|could|must|should|may|will|is|" +
        @"are|after|until|before|to))\b|\bwhat (should|to do|now|if|else can|can|do (i|we|you)|happens if|temperature|size|gauge|voltage)\b|\bwhen (should|" +
        @"must|do|can|to)\b|\bwho (is|would be) (liable|responsible|at fault)\b|\b(have|has|need|needs|allowed|supposed|ought) to\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Act();

    [GeneratedRegex(
        @"(^|[.!?,;:]\s+)\W*(is|are|am|can|could|should|may|must|do|does|will|would|any)\b|\bwhich\b.{0,60}\b(is|are)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex YesOrNo();

    [GeneratedRegex(
        @"^\W*(where|who|whom|whose|(which|what) \w+)\b(?!.{0,60}\b(liable|responsible|at fault|should|safe|can i)\b)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Whereabouts();

    [GeneratedRegex(@"^\W*(where|who|whom|whose)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WhereOrWho();

    [GeneratedRegex(@"\b(my|our|i|i'm|i've|we|someone|somebody|he|she|they|there('s| is))\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Told();

    [GeneratedRegex(
        @"\bhow (much|many|often|long)\b|\b(dos(e|es|age|ages|ing)|maximum|max|minimum|safe|recommended|interact(s|ions?)?|contraindicat\w+|together|" +
        @"combin(e|ed|ation|ing))\b|\d\s?(mg|mcg|ml)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Amount();

    // The common stems of non-proprietary names (WHO, "The use of stems in the selection of INN"), and the words for what has none.
    [GeneratedRegex(
        @"\b\p{L}{2,}(profen|fenac|oxicam|cillin|mycin|floxacin|cycline|conazole|nidazole|prazole|olol|sartan|dipine|statins?|azepam|azolam|oxetine|" +
        @"azodone|triptan|triptyline|codone|morphone|caine|barbital|gliptin|gliflozin|formin|parin|xaban|thiazide|semide|solone|sone|phylline|(?<!choles)terol|" +
        @"amol|setron|idone|(?<!mag)azine|lukast|ciclovir|navir|tinib|mab|glutide|bactam|dronate|curium|fentanil)\b|\b\p{L}{3,}[aeiou]pril\b|\b(aspirin|" +
        @"statins?|acetaminophen|tylenol|advil|naproxen|insulin|warfarin|digoxin|lithium carbonate|morphine|fentanyl|opio(id|ate)s?|methadone|ketamine|" +
        @"sertraline|melatonin|viagra|nitroglycerin|xanax|valium|prozac|zoloft|adderall|ritalin|ambien|ozempic|benadryl|nyquil|sudafed|mucinex|motrin|" +
        @"aleve|excedrin|claritin|zyrtec|imodium|antibiotics?|antidepressants?|antihistamines?|blood thinners?|painkillers?|steroids?|sedatives?|sleeping (pills?|" +
        @"tablets?)|st\.? john'?s wort|medicines?|medications?|meds|pills?|dos(e|es|age|ages)|overdos(e|ed|ing)|vaccin(e|es|ated|ation)|inhaler|epipen|" +
        @"contracepti\w+|birth control|extended.release|prescription|supplements?|cough syrup|chemotherapy|vitamin \w\d*)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Medicine();

    [GeneratedRegex(
        @"\b(first aid|cpr|defibrillator|tourniquet|chok(e|es|ed|ing)|bleed(s|ing)?|unconscious|faint(s|ed|ing)?|not breathing|stopped breathing|trouble breathing|" +
        @"can'?t breathe|short(ness)? of breath|seizures?|concussion|fractured?|chest (pain|tightness)|heart attack|(a|having a|of a) stroke|allergic|" +
        @"anaphyla\w+|poison(ed|ing)?|(i|he|she|who|someone|they|has|have|had) (\w+ )?swallow(s|ed)|snake ?bites?|bitten|stung|pulse|out of (my|his|" +
        @"her) (eye|ear|nose|throat|skin|foot|hand|finger|thumb|toe|leg|arm)|wounds?|burns?|burnt|scald(ed)?|fever|infected|rash|headaches?|dizzy|" +
        @"numb(ness)?|vomit(s|ing)?|drown(ed|ing)?|hypothermia|heat ?stroke|dehydrat(ed|ion)|blood (pressure|sugar)|electrocuted|electric shock|pregnan(t|" +
        @"cy)|breast.?feed(ing)?|newborn|droop(s|ing|y)?|slurr(ed|ing)|collapsed|passed out|cough(s|ed|ing) (up )?blood|blood in (my|the|his|her)|" +
        @"(my|his|her) \w+ (hurts?|is swollen|aches?)|symptoms?|diagnosed|pain(s|ful)?|swollen|swelling|sprain(ed)?|broken (bones?|arm|leg|ribs?|nose|" +
        @"finger|toe|wrist|ankle)|nosebleeds?|sunburn|frostbite|nausea|diarrh?ea|palpitations|heart (rate|beat)|asthma|diabet(es|ic)|epilep(sy|tic)|" +
        @"infections?|cancer|tumou?rs?|panic attack|surgery|see a doctor|go to (the )?hospital|withdrawal symptoms|miscarriage|stitches|tetanus|rabies|" +
        @"tick bite|lump|(hit|hurts?|hurting|cut|broke|injured|bumped|stuck|stings?|stung|sore|itch(y|es|ing)|stiff|twisted)\b.{0,60}\b(my|his|her|" +
        @"their|our|the|an?) (left |right |lower |upper )?(head|skull|eyes?|ears?|nose|throat|neck|chest|back|stomach|belly|arms?|legs?|knees?|ankles?|" +
        @"feet|foot|toes?|fingers?|hands?|wrists?|tooth|teeth|tongue|skin|bones?)|(?-i:ER)|emergency room|ambulance)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Injury();

    [GeneratedRegex(
        @"\b(can|could|may|should|how much)\b.{0,60}\b(year|month|week)s?.olds?\b.{0,30}\b(have|take|eat|drink|use|be|stay|drive|work|sleep|ride)\b|" +
        @"\bfor an? (\d+|\w+).(year|month|week)s?.old\b|\btak(e|es|en|ing)\b.{0,40}\b(after|with|before|while|when)\b.{0,20}\b(alcohol|drinking|drunk|" +
        @"wine|beers?|pregnant)\b|\b(give|giving|feed|feeding)\b.{0,60}\b(dogs?|cats?|pupp(y|ies)|kittens?|bab(y|ies)|infants?|toddlers?|newborns?|" +
        @"(year|month|week)s?.olds?)\b|\b(dog|cat|puppy|kitten|baby|infant|toddler|child|kid|son|daughter)s?\b.{0,60}\b(ate|eaten|swallow(ed)?|drank|" +
        @"drunk|licked|chewed)\b|\bhow (much|many|often)\b.{0,60}\bfor (a|an|my|our|the)\b.{0,60}\b(bab(y|ies)|infants?|toddlers?|child|kid|dog|" +
        @"cat|(year|month|week)s?.old)\b|\b(pregnant|breast.?feeding)\b.{0,60}\b(eat|drink|take|use|fly)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Feeding();

    [GeneratedRegex(
        @"\b(unsafe|safe(ly)?|dangerous(ly)?|hazardous|harmful|toxic|poisonous|lethal|deadly|fatal|flammable|explosive|carcinogenic|contagious|edible|" +
        @"legal(ly)?|illegal(ly)?|lawful(ly)?|unlawful(ly)?|liable|against the law|binding|risky|harmless|(?<=\b(is|are) it )(ok(ay)?|bad|fine|healthy|" +
        @"wise)|(?<=^\W*is (?!there\b).{1,80})(a problem|an emergency))\b(?=\W*$|\s*[?.!,;:]|\s(to|for|in|on|if|with|when|at|during|after|before|without|" +
        @"and|or|while|by|enough|as|near|around)\b)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Judgement();

    [GeneratedRegex(
        @"\b(by law|the law|under (\w+ )?law|a (crime|felony)|lose my visa|quit without|lawsuits?|lawyers?|liab(le|ility|ilities)|sue|sued|suing|courts?|" +
        @"small claims|appeal(s|ed|ing)? (a|an|the|my|against)|statute of limitations|summons|hearing date|my (legal )?rights|security deposit|(kept|" +
        @"keeps?) (my|the) deposit|prenup\w*|trespass\w*|harass(ed|ment|ing)|discriminat(ed|ion|ing)|slander|wrongful\w*|unpaid (wages|overtime)|record(ing)? (a|" +
        @"my|the|someone|phone)( \w+)? (neighbou?rs?|boss|calls?|conversations?|police|meeting|someone)|record my neighbou?rs?|evict\w*|lease|notice period|" +
        @"custody|alimony|child support|divorced?|inherit(ed|ance|s)?|power of attorney|my will|visa (expires?|expired|overstay|status|runs|denied)|" +
        @"(tourist|student|work) visa|overstay\w*|expunge\w*|felony|misdemeanou?r|convicted|criminal record|speeding ticket|minimum wage|unemployment benefits|" +
        @"workers'? comp\w*|age of consent|without a licen[sc]e|insurance claim|car accident|hit and run|waiver|notari[sz]ed|asylum|deport\w*|immigration|" +
        @"green card|work permit|(a|building|work) permit|arrest(ed)?|warrant|(can|may|must) (the )?police|police (officers?|questions?|search\w*|" +
        @"stops?)|probation|bail|subpoena\w*|jury|testify|(can|may|must|could|does|should) (my|an|the|our|a) (employer|landlord|landlady|boss|tenants?|" +
        @"neighbou?rs?|ex)|severance|laid off|fired?(?= (me|him|her|for|while|without|if|over|an employee|someone))|dismissed|overtime|maternity leave|" +
        @"contracts?|breach|binding|copyright(ed)?|trademarks?|patent|defamation|breathalyzer|dui|drive after|drunk|drunk driving|restraining order|" +
        @"bankruptcy|debt collectors?|foreclos\w+|gdpr|nda|non.compete)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Law();

    [GeneratedRegex(
        @"\b(tax(es|ed|able|ation)?|vat|irs|hmrc|(tax )?deduct(ible|ions?)|(can|may|could) (i|we|you) (deduct|write off)|capital gains|withh(o|e)ld(ing)?|" +
        @"401\(?k\)?|roth|ira|pensions?|social security|rmd|audited|(report|declare|file)\b.{0,60}\b(income|gains?|fbar|crypto\w*|earnings|dividends?)|" +
        @"write.offs?|stamp duty|customs duty|(as|a|my) dependents?|1099s?|w-?2s?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Tax();

    [GeneratedRegex(
        @"\b(have|required|obliged|obligated|entitled|must) (i |we |to )?(by law )?(to )?(pay (it )?back|repay|report an?|tell (my|the)|disclose|declare|" +
        @"answer|let|register|testify|notify|inform|compensate|consent)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Duty();

    [GeneratedRegex(
        @"\b(carry|own|buy|drive|fly|bring|keep|refuse|shoot)\b.{0,60}\b(knife|knives|guns?|firearms?|weapons?|ammunition|pepper spray|tasers?|fireworks|" +
        @"beers?|drinks|alcohol|cannabis|marijuana|weed|breathalyzer)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Weapon();

    [GeneratedRegex(
        @"\b(deadlines?|time limit|limitation|penalt(y|ies)|fines?|late|notice period|liable|last day|due date|by when)\b.{0,60}\b(for|to|in|if|of|" +
        @"on|before|after|by)\b|\bdue\W*$|\b(tax|vat|penalty|fine)\b.*[$€£\d]\d|\bhow (much|many)\b.{0,60}\b(tax(es)?|vat|deduct(ions?)?|roth|401\(?k\)?|" +
        @"ira)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Limit();

    [GeneratedRegex(
        @"\b(bleach|ammonia|chlorine|\w+ic acid|acids?|peroxide|rubbing alcohol|isopropyl|acetone|turpentine|weed killer|lye|drain cleaner|solvents?|" +
        @"gasoline|petrol|propane|kerosene|gas (leak|grill|stove|line|heater|boiler)|smell(s|ed|ing)?( of)? gas|carbon monoxide|charcoal grill|generator indoors|" +
        @"asbestos|radon|black mold|pesticides?|lithium batter(y|ies)|swollen battery|car battery|jump.?start|rewir(e|ing)|wiring|wire gauge|live wires?|" +
        @"(circuit )?breakers?|fuse box|(thermal |blown |mains )?fuses?|motor oil|antifreeze|ceiling fan|\d+.?amps?|light (switch|fixture)|electrical (outlet|" +
        @"panel|socket)|extension cord|power (line|strip)|mains|grease fire|fire extinguisher|water heater|pressure cooker|space heater|chainsaw|mix(ing|" +
        @"ed)?\b.{0,60}\b(and|with)|generators?|wire (a|an|the|up)|in(side)? (my|the|a) garage|brakes?|airbags?|lead paint|jack stands?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Hazard();

    [GeneratedRegex(
        @"\binternal temperature\b|\b(leave|leaving|left|sit|sitting|stay)\b.{0,60}\b(on the counter|unrefrigerated|at room temperature|overnight|" +
        @"unattended)\b|\bhow long\b.{0,60}\b(chicken|pork|beef|turkey|meat|rice|fish|eggs?|leftovers|milk|seafood|sushi|food)\b.{0,60}\b(room temperature|" +
        @"out|fridge|refrigerator|stay|sit|keep|last|good)\b|\b(can|should|may|could) (i|we|you|my|a|an|he|she)\b.{0,60}\b(eat|refreeze|drink)\b.{0,60}\b(raw|" +
        @"mushrooms?|berries|expired|mold(y)?|left out|pink|undercooked|canned|old|tap water)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Food();

    [GeneratedRegex(
        @"(^|[.,;:!?]\s*)should (i|we|my)\b.{0,60}\b(invest(ing|ed)?|savings?|house|mortgage|loans?|debts?|stocks?|shares?|bonds?|crypto\w*|bitcoin|" +
        @"insurance|retire\w*|bankruptcy|refinance|annuity|portfolio)\b|\bhow (much|many)\b.{0,60}\b(life insurance|insurance do|for retirement|to retire|" +
        @"emergency fund)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Savings();

    [GeneratedRegex(
        @"\b(hash|encrypt|decrypt|salt|disabl|bypass|skip|ignor|turn(s|ing)? off|generat|escap|sanitiz|sanitis|stor|expos|rotat|hard.?cod)(e|es|s|" +
        @"ing)?\b.{0,30}\b(passwords?|api keys?|private keys?|secrets?|credentials?|tokens?|ssl|tls|https|certificates?|cors|csrf|csp|firewall|user input|" +
        @"html|sql|quer(y|ies)|cookies?|sessions?)\b|\bvalidate\b.{0,40}\b(regex|input|tokens?|jwt|signature)\b|\bregex\b.{0,40}\bvalidate\b|\b(sql injection|" +
        @"xss|csrf)\b.{0,60}\b(prevent|avoid|protect|fix)\b|\b(prevent|avoid|protect|fix)\w*\b.{0,60}\b(sql injection|xss|csrf)\b|\b(open|expose|forward)\b.{0,20}\bports?\b|" +
        @"\beval\b|\bconcatenat\w+\b.{0,60}\b(sql|quer(y|ies))\b|\bsql\b.{0,60}\bconcatenat\w+|\b(write|root|admin|sudo) access\b|\b(is|are) (md5|" +
        @"sha-?1|base64)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretHandling();

    [GeneratedRegex(
        @"\brm -\w*[rf]|\bforce[- ]?push|\bpush --force|\breset --hard|\bdrop (an? |the )?(\w+ )?(table|database|schema)\b|\btruncate table\b|\bmkfs\b|" +
        @"\bdd if=|\bchmod\b|\b(delet|remov|wip|eras)(e|es|ing)?\b.{0,20}\b(all|every)\b.{0,20}\b(files?|rows?|records?|branches|tables?|containers?|" +
        @"commits?|disks?|drives?|partitions?|folders?|director(y|ies))\b|\bwip(e|es|ing)\b.{0,20}\b(disks?|drives?|partitions?)\b|\.env\b|\bformat (the|" +
        @"my|a) (disk|drive|usb|sd)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Destruction();
}
