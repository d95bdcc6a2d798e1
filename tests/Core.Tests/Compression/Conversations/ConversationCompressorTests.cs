using System.Text.Json;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Conversations;
using OrleansLlm.Core.Compression.PrefixCaching;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression.Conversations;

public sealed class ConversationCompressorTests
{
    private const string Instructions = "You answer from the documents.";

    private static readonly CompressionSettings Settings = CompressionSettings.Default;
    private static readonly string Article = Prompts.Handbook.Replace("#", string.Empty, StringComparison.Ordinal);
    private static readonly string Asked = $"Context:\n{Prompts.Handbook}\n\nQuestion: How long does a refund to a debit card take?";

    private static readonly PrefixCacheRules OpenAi = new(1024, 128, .5, 1, TimeSpan.FromHours(1));
    private static readonly PrefixCacheRules OpenAiCheapReads = new(1024, 128, .1, 1, TimeSpan.FromHours(1));
    private static readonly PrefixCacheRules OpenAiWrites = new(1024, 128, .1, 1.25, TimeSpan.FromHours(1));
    private static readonly PrefixCacheRules Anthropic = new(1024, 1, .1, 1.25, TimeSpan.FromMinutes(5));
    private static readonly PrefixCacheRules Gemini = new(1024, 1, .25, 1, TimeSpan.FromMinutes(5));

    [Fact]
    public async Task Compress_DocumentInAnEarlierTurn_KeepsTheBytesThatItEnteredWith()
    {
        var talk = new Talk(Instructions, [(Asked, "7 business days."), ("Thanks a lot!", "You are welcome."), ("Are you sure?", "Yes.")]);
        var (first, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.NotEmpty(result.Documents);
        Assert.True(first[1].Text.Length < Asked.Length * .8);
        for (var turn = 1; turn < talk.Turns; turn++)
        {
            var (messages, later) = await talk.CompressedAsync(turn, null, Settings);
            Assert.Equal(first[1], messages[1]);
            Assert.Equal(result.TokensBefore - result.TokensAfter, later.SavedEarlier);
        }
    }

    [Fact]
    public async Task Compress_LaterQuestionAboutWhatWasLeftOut_BringsItBackOnceAndForAll()
    {
        var settings = Settings with { KeepRate = .25 };
        var talk = new Talk(Instructions, [(Asked, "7 days."), ("How are complaints answered, and by when?", "15 days."), ("Thanks a lot!", "Yes.")]);
        const string Fact = "They are answered within 15 business days.";
        var (first, _) = await talk.CompressedAsync(0, null, settings);
        Assert.DoesNotContain(Fact, first[1].Text, StringComparison.Ordinal);

        var (second, result) = await talk.CompressedAsync(1, null, settings);
        Assert.Equal(first[1], second[1]);
        Assert.StartsWith("From the documents above:\n", second[3].Text, StringComparison.Ordinal);
        Assert.Contains(Fact, second[3].Text, StringComparison.Ordinal);
        Assert.EndsWith("\n\nHow are complaints answered, and by when?", second[3].Text, StringComparison.Ordinal);
        Assert.True(result.TokensAfter < result.TokensBefore);

        var (third, _) = await talk.CompressedAsync(2, null, settings);
        Assert.Equal(second[3], third[3]);
        Assert.Equal("Thanks a lot!", third[5].Text);
    }

    [Fact]
    public async Task Compress_LaterTaskOnAllOfIt_BringsAllOfItBack()
    {
        var talk = new Talk(Instructions, [(Asked, "7 days."), ("Translate the document into German.", "…")]);
        var (messages, _) = await talk.CompressedAsync(1, null, Settings with { KeepRate = .25 });
        foreach (var sentence in Prompts.Handbook.Split('\n').Where(l => l.Length > 0 && l[0] != '#').SelectMany(l => l.Split(". ")))
            Assert.Contains(sentence.Trim('.'), messages[1].Text + messages[3].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Is that correct?")]
    [InlineData("Can you fix that?")]
    [InlineData("Are you sure that your answer is correct?")]
    public async Task Compress_LaterDoubtAboutTheAnswer_BringsNothingBack(string doubt)
    {
        var talk = new Talk(Instructions, [(Asked, "7 days."), (doubt, "Yes.")]);
        var (messages, result) = await talk.CompressedAsync(1, null, Settings with { KeepRate = .25 });
        Assert.Equal(doubt, messages[3].Text);
        Assert.Empty(result.Recalls);
    }

    [Fact]
    public async Task Compress_LaterCorrectionOfTheText_BringsAllOfItBack()
    {
        var talk = new Talk(Instructions, [(Asked, "7 days."), ("Please correct the document.", "…")]);
        var (messages, _) = await talk.CompressedAsync(1, null, Settings with { KeepRate = .25 });
        Assert.Contains("Withdrawals above 2,000 EUR need notice of three months.", messages[1].Text + messages[3].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_AllOfItComesBack_SaysEachHeadingOnce()
    {
        var talk = new Talk(Instructions, [(Asked, "7 days."), ("Translate the document into German.", "…")]);
        var (messages, result) = await talk.CompressedAsync(1, null, Settings with { KeepRate = .25 });
        Assert.Contains("[Customer handbook > Savings]\nSavings accounts bear interest from the first day.\nThe rate is published each Monday.\n", messages[3].Text, StringComparison.Ordinal);
        Assert.Equal(1, messages[3].Text.Split("[Customer handbook > Savings]").Length - 1);
        Assert.Equal(Talk.Counter.Count(messages[3].Text.AsSpan()[..^"Translate the document into German.".Length]), Assert.Single(result.Recalls).Tokens, 3d);
        Assert.Empty((await new Talk(Instructions, [(Asked, "7 days."), ("Translate the document into German.", "…"), ("Translate the document into French.", "…")])
            .CompressedAsync(2, null, Settings with { KeepRate = .25 })).Result.Recalls.Skip(1));
    }

    [Theory]
    [InlineData("<document name=\"2023\">\n{0}\n</document>\n<document name=\"2024\">\n{1}\n</document>", "document name=\"2023\"", "document name=\"2024\"")]
    [InlineData("<contract_2023>\n{0}\n</contract_2023>\n<contract_2024>\n{1}\n</contract_2024>", "contract_2023", "contract_2024")]
    [InlineData("<documents>\n<document name=\"2023\">\n{0}\n</document>\n<document name=\"2024\">\n{1}\n</document>\n</documents>", "documents > document name=\"2023\"", "documents > document name=\"2024\"")]
    [InlineData("<documents>\n<document>\n<source>a.txt</source>\n<title>2023</title>\n<document_content>\n{0}\n</document_content>\n</document>\n<document>\n<source>b.txt</source>\n<document_content>\n{1}\n</document_content>\n</document>\n</documents>", "documents > a.txt > 2023", "documents > b.txt")]
    [InlineData("<documents>\n<document name=\"2023\">{0}</document>\n<document name=\"2024\">{1}</document>\n</documents>", "documents > document name=\"2023\"", "documents > document name=\"2024\"")]
    [InlineData("<documents>\n<document name=\"2023\">\n{0}</document>\n<document name=\"2024\">\n{1}</document>\n</documents>", "documents > document name=\"2023\"", "documents > document name=\"2024\"")]
    [InlineData("# Cards\n<br>\n# 2023\n\n{0}\n\n# 2024\n\n{1}", "2023", "2024")]
    [InlineData("<documents>\n<source>a.txt</source>\n{0}\n<source>b.txt</source>\n{1}\n</documents>", "documents > a.txt", "documents > b.txt")]
    public async Task Compress_LaterQuestionAboutASentenceOfTwoDocuments_SaysWhoseItIs(string layout, string first, string second)
    {
        const string Fact = "Complaints are answered within 15 business days.";
        var filler = string.Join(' ', Enumerable.Range(0, 60).Select(i => i < 30 ? $"The refund to a debit card number {i} takes {i} letters." : $"Pump {i} was sold to a farm."));
        var documents = string.Format(System.Globalization.CultureInfo.InvariantCulture, layout, $"{filler} {Fact} A second letter is free.", $"{filler} {Fact} A second letter costs 3 EUR.");
        documents = layout[0] == '#' ? $"Context:\n{documents}" : documents;
        var talk = new Talk(Instructions, [($"{documents}\n\nHow long does a refund to a debit card take?", "7 days."), ("How are complaints answered, and within how many days?", "15.")]);
        var (messages, _) = await talk.CompressedAsync(1, null, Settings with { KeepRate = .25 });
        Assert.DoesNotContain(Fact, messages[1].Text, StringComparison.Ordinal);
        Assert.Contains($"\n{Fact} [{first}]\n", messages[3].Text, StringComparison.Ordinal);
        Assert.Contains($"\n{Fact} [{second}]\n", messages[3].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionStrategy.QueryAware)]
    [InlineData(CompressionStrategy.Bm25)]
    [InlineData(CompressionStrategy.TruncateMiddle)]
    public async Task Compress_LaterTurnThatAsksNothing_BringsNothingBack(CompressionStrategy strategy)
    {
        var settings = Settings with { KeepRate = .25, Strategy = strategy };
        Assert.Empty((await new Talk(Instructions, [(Asked, "7 days."), ("Thanks!", "Yes.")]).CompressedAsync(1, null, settings)).Result.Recalls);
        object[] messages =
        [
            new { role = "user", content = Asked }, new { role = "assistant", content = "7 days." },
            new { role = "user", content = new[] { new { type = "image_url", image_url = new { url = "https://example.com/a.png" } } } },
        ];
        Assert.Null(ChatRequestReader.Read(JsonSerializer.SerializeToUtf8Bytes(new { model = "m", messages }), null, out var chat));
        var result = await new ConversationCompressor(new PromptCompressor()).CompressAsync(
            chat!, null, settings, Talk.Counter, _ => ValueTask.FromResult(PrunerScores.None), CancellationToken.None);
        Assert.Single(result.Documents);
        Assert.All(result.Places, place => Assert.True(place.Part < chat!.Messages[place.Message].TextParts.Count));
    }

    [Fact]
    public async Task Compress_PromptThatWouldFallBelowTheProvidersMinimum_StaysAboveIt()
    {
        var padding = string.Join(' ', Enumerable.Range(0, 70).Select(i => $"Rule {i} of the desk stands in the book."));
        var talk = new Talk(padding, [(Asked, "7 days.")]);
        var before = Tokens(talk.Messages(0));
        Assert.InRange(before, 1060, 1900);
        var (free, _) = await talk.CompressedAsync(0, null, Settings with { KeepRate = .1 });
        Assert.True(Tokens(free) < 1024);
        var (bound, _) = await talk.CompressedAsync(0, Anthropic, Settings with { KeepRate = .1 });
        Assert.True(Tokens(bound) >= 1024);
    }

    [Fact]
    public async Task Compress_NoCompressTag_KeepsTheDocument()
    {
        var talk = new Talk(Instructions, [(Asked.Replace("Context:\n", "Context:\n<nocompress>", StringComparison.Ordinal).Replace("\n\nQuestion", "</nocompress>\n\nQuestion", StringComparison.Ordinal), "7.")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.Empty(result.Documents);
        Assert.Equal(talk.Messages(0), messages);
    }

    [Theory]
    [InlineData("<nocompress>\n", "\n</nocompress>")]
    [InlineData("<NoCompress>\r\n\r\n  ", "\r\n</NoCompress>")]
    [InlineData("<nocompress>\n<document>\n", "\n</document>\n</nocompress>")]
    public async Task Compress_NoCompressTagOnALineOfItsOwn_KeepsTheDocument(string open, string close)
    {
        var talk = new Talk(Instructions, [($"{open}{Prompts.Handbook}{close}\n\nHow long does a refund to a debit card take?", "7.")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.Empty(result.Documents);
        Assert.Equal(talk.Messages(0), messages);
    }

    [Fact]
    public async Task Compress_DocumentThatOverlapsAnotherOfItsTurn_LosesNothingThatIsNotSentBefore()
    {
        const string Shared = "A merchant may return money to the customer of the shop. The pump was sold in March of that year to a farm in the north.";
        var own = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Station {i} of the line is cleaned by a crew of {i + 2} people."));
        var other = $"{Shared} {string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Bridge {i} of the line is painted every {i + 2} years."))}";
        var talk = new Talk(Instructions, [($"<document>\n{own} {Shared}\n</document>\n<document>\n{other}\n</document>\n\nWhich volcano erupted near Naples?", "Vesuvius.")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings with { MinimumSavedTokens = 1 });
        var document = Assert.Single(result.Documents);
        Assert.Equal(other.Replace(Shared + " ", string.Empty, StringComparison.Ordinal), document.Result.Text.Trim());
        Assert.All(document.Result.Removed, span => Assert.True(span.Kind == RemovedKind.Duplicate || string.IsNullOrWhiteSpace(document.Original.Substring(span.Start, span.Length))));
        Assert.Equal(1, messages[1].Text.Split(Shared).Length - 1);
    }

    [Theory]
    [InlineData("Which volcano erupted near Naples?")]
    [InlineData("What changed from 2023 to 2024?")]
    public async Task Compress_TwoPrintsOfAContract_KeepWhatTheyHaveInCommon(string question)
    {
        var paragraphs = Enumerable.Range(0, 20).Select(i => $"Clause {i}. The seller of pump {i} cleans it each spring with a crew of {i + 2} people and sends the buyer a note of it.").ToList();
        var later = paragraphs.ToList();
        later[10] = "Clause 10. The buyer cleans it himself.";
        var talk = new Talk(Instructions, [($"<document>\n{string.Join("\n\n", paragraphs)}\n</document>\n<document>\n{string.Join("\n\n", later)}\n</document>\n\n{question}", "…")]);
        var (messages, _) = await talk.CompressedAsync(0, null, Settings with { LosslessOnly = true, MinimumSavedTokens = 1 });
        Assert.Equal(talk.Messages(0), messages);
    }

    [Theory]
    [InlineData("Translate the user's text into French.", "For further information on refunds and cards contact the press office.")]
    [InlineData("Fasse den Text des Nutzers zusammen.", "Do you have questions on refunds? Call the press office, or who answers there?")]
    [InlineData(Instructions, "For further information on refunds and cards contact the press office.")]
    public async Task Compress_TextThatATaskIsAbout_StaysAsItIs(string instructions, string last)
    {
        var talk = new Talk(instructions, [(Article + last, "…")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.Empty(result.Documents);
        Assert.Equal(talk.Messages(0), messages);
    }

    [Theory]
    [InlineData("<text>{0}</text>\n\nIn the tone of a bank that explains refunds, please.")]
    [InlineData("<text>{0}</text>\n\nCould you keep the tone of a bank that explains refunds?")]
    [InlineData("Dear Sir,\n\nBackground: {0}\n\nCould you tell me when a refund to a debit card arrives?")]
    [InlineData("Translate the following letter into French.\n\n{0}\n\nWhen does a refund to a debit card arrive?", Instructions)]
    public async Task Compress_MarkedTextOfATask_StaysAsItIs(string layout, string instructions = "You translate what stands in <text> into French.")
    {
        var talk = new Talk(instructions, [(string.Format(System.Globalization.CultureInfo.InvariantCulture, layout, Article.Trim()), "…")]);
        Assert.Equal(talk.Messages(0), (await talk.CompressedAsync(0, null, Settings)).Messages);
    }

    [Theory]
    [InlineData("What does a refund to a debit card cost?")]
    [InlineData("Wie lange dauert ein refund to a debit card?")]
    public async Task Compress_QuestionBesideATaskInTheInstructions_ShortensTheTaggedText(string question)
    {
        var talk = new Talk("You translate what stands in <text> into French.", [($"<text>{Article}</text>\n\n{question}", "…")]);
        Assert.NotEmpty((await talk.CompressedAsync(0, null, Settings)).Result.Documents);
    }

    [Theory]
    [InlineData("Give the correct answer, and only that.")]
    [InlineData("You are a helpful assistant. Give correct and concise answers.")]
    [InlineData("What you say must be complete and correct.")]
    [InlineData("Make sure that each answer is correct. The fix is in the handbook.")]
    [InlineData("You compare the resume of a candidate with the handbook.")]
    [InlineData("Wir arbeiten hier zusammen.")]
    public async Task Compress_InstructionsThatSetNoTaskOnAText_LetTheTextBeforeAQuestionGetShorter(string instructions)
    {
        var talk = new Talk(instructions, [(Article + "How long does a refund to a debit card take?", "…")]);
        Assert.NotEmpty((await talk.CompressedAsync(0, null, Settings)).Result.Documents);
    }

    [Theory]
    [InlineData("You correct the letters of customers.")]
    [InlineData("Your job is correcting letters.")]
    [InlineData("Check and correct letters of customers.")]
    [InlineData("An editor who corrects the letters of customers.")]
    [InlineData("Carefully correct mistakes.")]
    [InlineData("Fix the grammar of what the user sends.")]
    [InlineData("Résume le texte.")]
    [InlineData("Du fasst Briefe in einem Satz zusammen.")]
    public async Task Compress_InstructionsThatSetATaskOnAText_KeepIt(string instructions)
    {
        var talk = new Talk(instructions, [(Article + "How long does a refund to a debit card take?", "…")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.Equal(talk.Messages(0), messages);
        Assert.Equal("Instructions", result.Abstained?.ToString());
    }

    [Theory]
    [InlineData("<rules>")]
    [InlineData("<Output_Format lang=\"en\">")]
    [InlineData("<response_guidelines>")]
    [InlineData("<system-prompt>")]
    [InlineData("<style_guide>")]
    [InlineData("<answer_rules>")]
    [InlineData("<examples>")]
    [InlineData("<few_shots>")]
    public async Task Compress_RulesInATag_StayAsTheyAre(string tag)
    {
        var talk = new Talk(Instructions, [($"{tag}\n{Article}\n</{tag.Split(' ')[0].Trim('<', '>')}>\n\nHow long does a refund to a debit card take?", "…")]);
        Assert.Equal(talk.Messages(0), (await talk.CompressedAsync(0, null, Settings)).Messages);
    }

    [Theory]
    [InlineData("rules")]
    [InlineData("answer_rules")]
    [InlineData("examples")]
    public async Task Compress_RulesInATagInsideAnother_StayAsTheyAre(string tag)
    {
        const string Rule = "The gold card has a limit of its own.\n\nNobody speaks of pumps.\n";
        var talk = new Talk(Instructions, [($"<context>\n{Prompts.Handbook}\n<{tag}>\n{Rule}</{tag}>\n</context>\n\nHow long does a refund to a debit card take?", "…")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings with { KeepRate = .25 });
        Assert.NotEmpty(result.Documents);
        Assert.Contains($"<{tag}>\n{Rule}</{tag}>", messages[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("You are the agent of a bank.", "My card was charged twice.")]
    [InlineData("You are the agent of a bank.", "Was my card charged twice, and is a refund due?")]
    [InlineData("The bank has one office.\n- Never name a competitor.", "Is a refund due?")]
    [InlineData("The bank is small. Answer in German.", "Is a refund due?")]
    [InlineData("Antworte auf Deutsch.", "Is a refund due?")]
    [InlineData("这是一家银行。不要提竞争对手。", "Is a refund due?")]
    public async Task Compress_RulesBeforeAQuestion_StayAsTheyAre(string rule, string question)
    {
        var talk = new Talk(Instructions, [($"{Article}{rule}\n\n{question}", "…")]);
        Assert.Equal(talk.Messages(0), (await talk.CompressedAsync(0, null, Settings)).Messages);
    }

    [Theory]
    [InlineData("How long does a refund to a debit card take?")]
    [InlineData("How long does a refund take? I ask for a debit card.")]
    public async Task Compress_TextBeforeAQuestionAboutIt_GetsShorter(string question)
    {
        var (messages, result) = await new Talk(Instructions, [(Article + question, "…")]).CompressedAsync(0, null, Settings);
        Assert.NotEmpty(result.Documents);
        Assert.Contains("A refund to a debit card takes 7 business days.", messages[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Context:\n{0}\n\nAnswer in German. Never name a competitor.\n\nDo not guess.\n\nQuestion: How long does a refund to a debit card take?")]
    [InlineData("Context:\nAnswer in German. Never name a competitor.\n\nDo not guess.\n\n{0}\n\nHow long does a refund to a debit card take?")]
    public async Task Compress_RulesBesideALabelledDocument_Stay(string layout)
    {
        var talk = new Talk(Instructions, [(string.Format(System.Globalization.CultureInfo.InvariantCulture, layout, Prompts.Handbook), "…")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings with { KeepRate = .25 });
        Assert.NotEmpty(result.Documents);
        Assert.Contains("\nAnswer in German. Never name a competitor.\n\nDo not guess.\n", messages[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("If the answer is not in the context, say that you do not know. Cite sources as [1].")]
    [InlineData("Cite sources as [1].")]
    [InlineData("Output JSON with the fields days and card.")]
    [InlineData("Return JSON.")]
    [InlineData("Base your answer on nothing else.")]
    [InlineData("Only cite what stands here.")]
    [InlineData("You can say that you do not know.")]
    [InlineData("You cannot make up what is missing.")]
    [InlineData("Keep answers short.")]
    [InlineData("Mention no competitor.")]
    [InlineData("Under no circumstances name a competitor.")]
    [InlineData("Quote the sentence that says so.")]
    [InlineData("Limit the reply to a sentence.")]
    [InlineData("Ignore what is not about cards.")]
    [InlineData("Gib nur eine Zahl aus.")]
    [InlineData("Nenne die Quelle.")]
    [InlineData("Donne la source.")]
    [InlineData("Answer in German.\n\nThe tone is that of a good friend.")]
    public async Task Compress_RuleAtTheEndOfALabelledDocument_Stays(string rule)
    {
        var talk = new Talk(Instructions, [($"Context:\n{Prompts.Handbook}\n{rule}\n\nQuestion: How long does a refund to a debit card take?", "…")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings with { KeepRate = .25 });
        Assert.NotEmpty(result.Documents);
        Assert.Contains($"\n{rule}\n\nQuestion:", messages[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Use the following pieces of context to answer the question at the end. If you don't know the answer, just say that you don't know, don't try to make up an answer.\n\n", "\n\nQuestion: How long does a refund to a debit card take?\nHelpful Answer:")]
    [InlineData("Use the following pieces of context to answer the question at the end. If you don't know the answer, just say that you don't know, don't try to make up an answer.\n\n", "\n\nQuestion: Does a refund to a debit card take a week?\nHelpful Answer:")]
    [InlineData("Use the following pieces of context to give the correct answer.\n\n", "\n\nWhat does a refund to a debit card cost?")]
    [InlineData("Answer the question as truthfully as possible using the provided text, and if it is not in the text below, say \"I don't know\".\n\n", "\n\nQ: How long does a refund to a debit card take?\nA:")]
    [InlineData("Given the following documents, answer the question.\n\n", "\n\nDoes a refund to a debit card take a week?")]
    [InlineData("", "\n\nAnswer from the documents above only.\n\nHow long does a refund to a debit card take?")]
    [InlineData("", "\n\nDoes a refund to a debit card take a week? Answer yes or no.")]
    public async Task Compress_UnlabelledDocumentWithItsInstructions_LeavesTheseAsTheyAre(string before, string after)
    {
        var talk = new Talk(Instructions, [(before + Article.Trim() + after, "…")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings);
        Assert.NotEmpty(result.Documents);
        Assert.StartsWith(before, messages[1].Text, StringComparison.Ordinal);
        Assert.EndsWith(after, messages[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Context information is below.\n---------------------\n", "\n---------------------\nGiven the context information and not prior knowledge, answer the query.\nQuery: How long does a refund to a debit card take?\nAnswer: ")]
    [InlineData("The original query is as follows: How long does a refund to a debit card take?\nWe have provided an existing answer: Some days.\nWe have the opportunity to refine the existing answer (only if needed) with some more context below.\n------------\n", "\n------------\nGiven the new context, refine the original answer to better answer the query. If the context isn't useful, return the original answer.\nRefined Answer: ")]
    [InlineData("How long does a refund to a debit card take?\n\nContext information is below, surrounded by ---------------------\n\n---------------------\n", "\n---------------------\n\nGiven the context and provided history information and not prior knowledge,\nreply to the user comment. If the answer is not in the context, inform\nthe user that you can't answer the question.\n")]
    [InlineData("Cite the id of a <source> tag where it has one (e.g. <source id=\"1\">).\n\n### Guidelines:\n- Be as short as the weather is fine.\n\n<context>\n<source id=\"1\">\n", "\n</source>\n</context>\n\n<user_query>\nHow long does a refund to a debit card take?\n</user_query>\n")]
    [InlineData("Question: How long does a refund to a debit card take?\nContext: ", "\nReply in three points, as the speaker of the house would.")]
    [InlineData("Context: ", "\nSpeak of the house in each line.\nYou must mention the speaker.\nQuestion: How long does a refund to a debit card take?")]
    [InlineData("### Context\n", "\n### Rules\nThe number of the source stands behind it.\n### Question\nHow long does a refund to a debit card take?")]
    [InlineData("Context:\n", "\n\nTone: that of a pirate\n\nQuestion: How long does a refund to a debit card take?")]
    [InlineData("Context:\n", "\n\nChat History:\nHuman: I work with Olga at a bakery.\nAI: Noted!\n\nQuestion: How long does a refund to a debit card take?")]
    [InlineData("Context: ", "\n\nPrevious conversation: Human: My cat is called Tom.\n\nQuestion: How long does a refund to a debit card take?")]
    [InlineData("<chat_history>\nHuman: I work with Olga at a bakery, and my cat, who sleeps all day, is called Tom. We have a boat as well.\nAI: Noted!\n</chat_history>\n<context>\n", "\n</context>\n\nHow long does a refund to a debit card take?")]
    [InlineData("", "\n\nI use a Mac with two screens. My terminal is Swedish.\n\nHow long does a refund to a debit card take?")]
    public async Task Compress_PromptOfAFramework_ShortensTheDocumentAndNothingElse(string before, string after)
    {
        var talk = new Talk(Instructions, [(before + Article.Trim() + after, "…")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings with { KeepRate = .25 });
        Assert.NotEmpty(result.Documents);
        Assert.StartsWith(before, messages[1].Text, StringComparison.Ordinal);
        Assert.EndsWith(after, messages[1].Text, StringComparison.Ordinal);
        Assert.Contains("A refund to a debit card takes 7 business days.", messages[1].Text, StringComparison.Ordinal);
        Assert.True(messages[1].Text.Length < talk.Messages(0)[1].Text.Length - 400);
    }

    [Theory]
    [InlineData("<doc id=\"{0}\">{1}</doc>\n")]
    [InlineData("<doc id=\"{0}\">\n{1}\n</doc>\n")]
    public async Task Compress_ManySmallDocumentsSideBySide_AreOneToTheBudget(string layout)
    {
        var documents = string.Concat(Enumerable.Range(0, 90).Select(i => string.Format(
            System.Globalization.CultureInfo.InvariantCulture, layout, i, i == 5 ? "A refund to a debit card takes 7 business days. It is paid to the card that was charged." : $"Station {i} of the line is cleaned by a crew of {i + 2} people. Its clock runs {i} seconds late.")));
        var talk = new Talk(Instructions, [(documents + "\nHow long does a refund to a debit card take?", "…")]);
        var (messages, _) = await talk.CompressedAsync(0, null, Settings);
        Assert.Contains("A refund to a debit card takes 7 business days. It is paid to the card that was charged.", messages[1].Text, StringComparison.Ordinal);
        Assert.True(messages[1].Text.Length < talk.Messages(0)[1].Text.Length * .9);
        Assert.Equal(90, messages[1].Text.Split("</doc>").Length - 1);
    }

    [Theory]
    [InlineData("<source id=\"{0}\">{1}</source>")]
    [InlineData("<source id=\"{0}\">\n{1}</source>")]
    [InlineData("<source id=\"{0}\">\n{1}\n</source>")]
    public async Task Compress_DocumentsInTags_KeepsTheTagsOfEach(string layout)
    {
        var sections = Prompts.Handbook.Split('\n').Where(l => l.Length > 60).ToList();
        var documents = string.Join('\n', sections.Select((section, i) => string.Format(System.Globalization.CultureInfo.InvariantCulture, layout, i + 1, section)));
        var talk = new Talk(Instructions, [($"<context>\n{documents}\n</context>\n\nHow long does a refund to a debit card take?", "…")]);
        var (messages, result) = await talk.CompressedAsync(0, null, Settings with { KeepRate = .3 });
        Assert.NotEmpty(result.Documents);
        Assert.Contains("A refund to a debit card takes 7 business days.", messages[1].Text, StringComparison.Ordinal);
        Assert.Equal(Tags(documents), Tags(messages[1].Text.Split("<context>")[1].Split("</context>")[0]));

        static string Tags(string text) => string.Concat(System.Text.RegularExpressions.Regex.Matches(text, "<[^>]+>").Select(m => m.Value));
    }

    [Fact]
    public async Task Compress_LetterThatAsksAndIsSigned_StaysAsItIs()
    {
        var talk = new Talk(Instructions, [(Article + "Can a refund to a debit card be faster? Yours, Anna", "…")]);
        Assert.Equal(talk.Messages(0), (await talk.CompressedAsync(0, null, Settings)).Messages);
    }

    [Theory]
    [InlineData("What is the difference for the seller between the 2023 and 2024 contracts?")]
    [InlineData("What changed for the seller between the 2023 and 2024 contracts?")]
    [InlineData("Compare the duties of the seller.")]
    [InlineData("Was hat sich für den seller geändert?")]
    public async Task Compress_QuestionThatComparesTwoContracts_KeepsBoth(string question)
    {
        var clauses = Enumerable.Range(0, 30).Select(i => $"Clause {i}. The seller of pump {i} cleans it each spring with a crew of {i + 2} people.").ToList();
        var later = clauses.ToList();
        later[10] = "Clause 10. The buyer does so himself.";
        string[] layouts = ["<contract>\n{0}\n</contract>\n<contract>\n{1}\n</contract>", "<documents>\n<document>\n{0}\n</document>\n<document>\n{1}\n</document>\n</documents>"];
        foreach (var layout in layouts)
        {
            var both = string.Format(System.Globalization.CultureInfo.InvariantCulture, layout, string.Join("\n\n", clauses), string.Join("\n\n", later));
            var talk = new Talk(Instructions, [($"{both}\n\n{question}", "…")]);
            Assert.Equal(talk.Messages(0), (await talk.CompressedAsync(0, null, Settings)).Messages);
        }
    }

    [Fact]
    public async Task Compress_QuestionThatComparesInOneDocument_ShortensIt()
    {
        var talk = new Talk(Instructions, [($"<document>\n{Prompts.Handbook}\n</document>\n\nWhat is the difference between a refund to a debit card and one to a credit card?", "…")]);
        Assert.NotEmpty((await talk.CompressedAsync(0, null, Settings)).Result.Documents);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("responses")]
    public async Task Compress_StepAfterAToolsResult_SendsTheBytesOfItsTurn(string form)
    {
        var turn = Read(form, isStep: false);
        var step = Read(form, isStep: true);
        var (message, part) = Assert.Single(await PlacesAsync(turn));
        Assert.Equal((message, part), Assert.Single(await PlacesAsync(step)));
        Assert.Equal(await WrittenAsync(turn, message), await WrittenAsync(step, message));
        Assert.True((await CompressAsync(step)).SavedEarlier > 0);

        async Task<List<(int, int)>> PlacesAsync(ChatRequest chat) => [.. (await CompressAsync(chat)).Places];
        async Task<string> WrittenAsync(ChatRequest chat, int at) => (await CompressAsync(chat)).Write(at, 0, chat.Messages[at].TextParts[0].Text);
        static Task<CompressedConversation> CompressAsync(ChatRequest chat) => new ConversationCompressor(new PromptCompressor()).CompressAsync(
            chat, OpenAi, Settings, Talk.Counter, _ => ValueTask.FromResult(PrunerScores.None), CancellationToken.None);
    }

    [Fact]
    public async Task Compress_AnswerBegunByTheCaller_KeepsTheDocumentShort()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { model = "m", messages = new[] { new { role = "user", content = Asked }, new { role = "assistant", content = "It takes" } } });
        Assert.Null(ChatRequestReader.Read(body, null, out var chat));
        var result = await new ConversationCompressor(new PromptCompressor()).CompressAsync(
            chat!, null, Settings, Talk.Counter, _ => ValueTask.FromResult(PrunerScores.None), CancellationToken.None);
        Assert.Single(result.Documents);
    }

    [Fact]
    public async Task Compress_LaterQuestionAboutASentenceOfTwoSections_BringsBackBothAndSaysWhichIsWhose()
    {
        const string Fact = "Complaints are answered within 15 business days.";
        var document = $"{Prompts.Handbook}\n\n## Gold\n\n### Letters\n\n{Fact} A second letter is free.\n\n## Silver\n\n### Letters\n\n{Fact} A second letter costs 3 EUR.";
        var talk = new Talk(Instructions, [($"Context:\n{document}\n\nQuestion: How long does a refund to a debit card take?", "7 days."), ("How are complaints of Silver answered, and within how many days?", "15.")]);
        var (messages, _) = await talk.CompressedAsync(1, null, Settings with { KeepRate = .25 });
        Assert.DoesNotContain(Fact, messages[1].Text, StringComparison.Ordinal);
        Assert.Contains($"\n{Fact} [Customer handbook > Gold > Letters]\n", messages[3].Text, StringComparison.Ordinal);
        Assert.Contains($"\n{Fact} [Customer handbook > Silver > Letters]\n", messages[3].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_LaterQuestionAboutASentenceThatStandsInsideAnother_BringsItBack()
    {
        const string Fact = "Lost cards are blocked by telephone.";
        var document = Prompts.Handbook.Replace("Lost cards are blocked by telephone at any hour.", Fact, StringComparison.Ordinal)
            .Replace("A refund to a debit card takes 7 business days.", $"For a refund to a debit card it is no rule that “{Fact}” and it takes 7 business days.", StringComparison.Ordinal);
        var talk = new Talk(Instructions, [($"Context:\n{document}\n\nQuestion: How long does a refund to a debit card take?", "7 days."), ("How are lost cards blocked?", "By telephone.")]);
        var (messages, _) = await talk.CompressedAsync(1, null, Settings with { KeepRate = .25 });
        Assert.DoesNotContain($". {Fact}", messages[1].Text, StringComparison.Ordinal);
        Assert.Contains(Fact, messages[3].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compress_MoreTextThanIsLookedAt_StaysAsItIs()
    {
        var padding = new string('x', ConversationCompressor.MostCharacters - Asked.Length - Instructions.Length);
        Assert.NotEmpty((await CompressAsync(padding)).Documents);
        var result = await CompressAsync(padding + "x");
        Assert.Empty(result.Documents);
        Assert.Equal(AbstainReason.TooLarge, result.Abstained);

        static async Task<CompressedConversation> CompressAsync(string answer) =>
            (await new Talk(Instructions, [(Asked, answer), (string.Empty, string.Empty)]).CompressedAsync(1, null, Settings, counter: new ByLength())).Result;
    }

    [Fact]
    public async Task Compress_LateBetweenTwoDocuments_LooksAtNoFurtherOne()
    {
        using var late = new CancellationTokenSource();
        var second = Prompts.Handbook.Replace("refund", "return", StringComparison.Ordinal);
        var content = $"<document>\n{Prompts.Handbook}\n</document>\n<document>\n{second}\n</document>\n\nHow long does a refund to a debit card take?";
        Assert.Null(ChatRequestReader.Read(JsonSerializer.SerializeToUtf8Bytes(new { model = "m", messages = new[] { new { role = "user", content } } }), null, out var chat));
        var counter = new Cancelling(late, Prompts.Handbook.Trim(), second.Trim());
        var result = await new ConversationCompressor(new PromptCompressor()).CompressAsync(
            chat!, null, Settings, counter, _ => ValueTask.FromResult(PrunerScores.None), late.Token);
        Assert.Equal("DeadlinePassed", result.Failure);
        Assert.False(counter.WentOn);
    }

    [Fact]
    public async Task Compress_LaterQuestionThatNamesARecord_BringsItBack()
    {
        var records = string.Join(",\n", Enumerable.Range(4700, 40).Select(i => $"{{\"order\": {i}, \"goods\": \"kettle\", \"price\": {i - 4600}.5, \"note\": \"left at the gate of house {i - 4690}\"}}"));
        var asked = ($"Context:\n[\n{records}\n]\n\nQuestion: What is the price of order 4717?", "117.5");
        var settings = Settings with { KeepRate = .3, ThinRecords = true };
        var (first, result) = await new Talk(Instructions, [asked]).CompressedAsync(0, null, settings);
        Assert.Contains("4717", first[1].Text, StringComparison.Ordinal);
        // Which of the others stay, all alike, is no matter.
        var missing = Enumerable.Range(4720, 20).First(i => !first[1].Text.Contains($"{i}", StringComparison.Ordinal));
        var talk = new Talk(Instructions, [asked, ($"And what is the price of order {missing}?", "133.5"), ("Thanks!", "Yes.")]);
        Assert.Contains(Assert.Single(result.Documents).Result.Removed, span => span.Kind == RemovedKind.Record);

        var (second, _) = await talk.CompressedAsync(1, null, settings);
        Assert.Equal(first[1], second[1]);
        Assert.Contains($"\n{{\"order\": {missing}, \"goods\": \"kettle\", \"price\": {missing - 4600}.5,", second[3].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("},", second[3].Text, StringComparison.Ordinal);
        Assert.InRange(second[3].Text.Split('\n').Length, 4, 20);
    }

    [Fact]
    public async Task Compress_AnyConversationUnderAnyRules_NeverCostsMoreInAnyTurn() =>
        await Gen.Select(
            Gens.Of(OpenAi, OpenAiCheapReads, OpenAiWrites, Anthropic, Gemini), Gens.Of(.25, .62, .8), Gen.Int[0, 160], Turns, Gens.Of(1, 20, 90), Tools, Gen.Int[0, 3])
        .SampleAsync(
            async (rules, rate, padding, turns, minutes, tools, stepEvery) =>
            {
                var talk = new Talk(string.Join(' ', Enumerable.Range(0, padding).Select(i => $"Rule {i} of the desk.")), turns, tools.Description, stepEvery);
                var bills = await talk.BillAsync(
                    rules, Settings with { KeepRate = rate, MinimumContextTokens = 100, ThinRecords = true }, TimeSpan.FromMinutes(minutes), tools.Frame);
                // A question about all of a document brings all of it back, and the label that it comes with: those tokens at full price, and
                // once the premium of a step that is written to the cache a turn earlier for them.
                decimal on = 0, off = 0, labels = 0;
                var premium = 0m;
                for (var turn = 0; turn < bills.Count; turn++)
                {
                    on += bills[turn].On;
                    off += bills[turn].Off;
                    labels += bills[turn].Around * (decimal)rules.WriteShare / 1_000_000;
                    if (bills[turn].Around > 0)
                        premium = rules.StepTokens * ((decimal)rules.WriteShare - 1) / 1_000_000;
                    Assert.True(on <= off + labels + premium, $"turn {turn} of {bills.Count}: {on} above {off} + {labels}; {rules}");
                }
            },
            iter: 80);

    [Theory]
    [InlineData(.3)]
    [InlineData(.45)]
    [InlineData(.55)]
    [InlineData(.7)]
    public async Task Compress_DocumentAfterALabelThatNothingSavedPaysFor_MakesUpForIt(double rate)
    {
        var padding = string.Join(' ', Enumerable.Range(0, 120).Select(i => $"Rule {i} of the desk stands in the book."));
        var other = $"Context:\n{string.Join(' ', Enumerable.Range(0, 60).Select(i => $"Pump {i} of the line is cleaned by a crew of {i + 2} people."))}\n\nQuestion: Who cleans pump 7?";
        var talk = new Talk(padding, [(Asked, "7 days."), ("Summarize the document.", "…"), (other, "A crew of 9.")]);
        var settings = Settings with { KeepRate = rate };
        var (_, owing) = await talk.CompressedAsync(1, OpenAiCheapReads, settings);
        Assert.True(owing.TokensAfter > owing.TokensBefore);
        var (_, result) = await talk.CompressedAsync(2, OpenAiCheapReads, settings);
        Assert.Equal(2, result.Documents.Count);
        Assert.True(OpenAiCheapReads.Allows(result.TokensBefore - result.TokensAfter), $"{result.TokensBefore - result.TokensAfter} tokens saved in all");
    }

    [Fact]
    public async Task Compress_ToolsThatMakeAShortPromptCacheable_KeepItSo()
    {
        // 400 tokens of text and 900 of tools: whole, the provider caches it; at a quarter of the document it would not.
        var talk = new Talk(Instructions, [(Asked, "7 days."), ("Thanks!", "Yes."), ("Are you sure?", "Yes.")], "Searches the handbook.");
        var bills = await talk.BillAsync(Anthropic, Settings with { KeepRate = .1 }, TimeSpan.FromMinutes(1), toolFrame: 900);
        Assert.True(bills.Sum(b => b.On) <= bills.Sum(b => b.Off), $"{bills.Sum(b => b.On)} above {bills.Sum(b => b.Off)}");
    }

    private static readonly Gen<(string, string)[]> Turns = Gen.Select(
        Gen.Int[0, 4], Texts.Sentences(12, 70), Gens.Of("What does the refund cost?", "Which pump was moved?", "Who opens the office in St. Gallen?", "Thanks!", "Summarize the document."), Gen.Int[1, 60])
        .Select((kind, sentences, question, words) => (
            kind == 0 ? question : kind == 4 ? Records(sentences) : $"Context:\n{string.Join(kind == 1 ? "\n" : " ", sentences)}\n\nQuestion: {question}",
            string.Join(' ', Enumerable.Repeat("word", words))))
        .Array[1, 6];

    private static string Records(string[] sentences) =>
        $"Context:\n{System.Text.Json.JsonSerializer.Serialize(sentences.Select((s, i) => new { id = i, text = s }))}\n\nQuestion: What does case 7 say?";

    private static readonly Gen<(string Description, int Frame)> Tools = Gen.Select(Gen.Int[-60, 60], Gen.Int[0, 900])
        .Select((words, frame) => (words <= 0 ? string.Empty : "Searches " + string.Join(' ', Enumerable.Repeat("shelves", words)), frame));

    private static ChatRequest Read(string form, bool isStep)
    {
        var instructions = string.Join(' ', Enumerable.Range(0, 300).Select(i => $"Rule {i} of the desk stands in the book."));
        const string Call = "{\"shelf\":1}";
        object user = new { role = "user", content = Asked };
        object[] input = form switch
        {
            "messages" =>
            [
                user, new { role = "assistant", content = new object[] { new { type = "tool_use", id = "c", name = "search", input = new { shelf = 1 } } } },
                new { role = "user", content = new object[] { new { type = "tool_result", tool_use_id = "c", content = "Nothing." } } },
            ],
            "responses" =>
            [
                user, new { type = "function_call", call_id = "c", name = "search", arguments = Call },
                new { type = "function_call_output", call_id = "c", output = "Nothing." },
            ],
            _ =>
            [
                user, new { role = "assistant", tool_calls = new[] { new { id = "c", type = "function", function = new { name = "search", arguments = Call } } } },
                new { role = "tool", tool_call_id = "c", content = "Nothing." },
            ],
        };
        object[] sent = isStep ? input : input[..1];
        ChatRequest? chat;
        Assert.Null(form switch
        {
            "messages" => MessagesRequestReader.Read(Json(new { model = "m", max_tokens = 9, system = instructions, messages = sent, tools = new[] { new { name = "search" } } }), out chat),
            "responses" => ResponsesRequestReader.Read(Json(new { model = "m", instructions, input = sent, tools = new[] { new { type = "function", name = "search" } } }), null, out chat),
            _ => ChatRequestReader.Read(
                Json(new { model = "m", messages = sent.Prepend(new { role = "system", content = instructions }), tools = new[] { new { type = "function", function = new { name = "search" } } } }), null, out chat),
        });
        return chat!;

        static byte[] Json(object body) => JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private static int Tokens(List<(string Role, string Text)> messages) => messages.Sum(m => 3 + Talk.Counter.Count(m.Text)) + 3;

    // A text of a megabyte takes the tokenizer a while.
    private sealed class ByLength : ITokenCounter
    {
        public string Encoding => "four characters a token";

        public int Count(ReadOnlySpan<char> text) => (text.Length + 3) / 4;
    }

    /// <summary>Time is up while the first document is counted.</summary>
    private sealed class Cancelling(CancellationTokenSource late, string first, string second) : ITokenCounter
    {
        public bool WentOn { get; private set; }

        public string Encoding => Talk.Counter.Encoding;

        public int Count(ReadOnlySpan<char> text)
        {
            if (text.SequenceEqual(first))
                late.Cancel();
            WentOn |= text.SequenceEqual(second);
            return Talk.Counter.Count(text);
        }
    }
}
