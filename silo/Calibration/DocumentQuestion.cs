using OrleansLlm.Core.Compression.Calibration;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Silo.Calibration;

/// <summary>A request whose right answer is known.</summary>
/// <param name="Chat">The request.</param>
/// <param name="Answer">The right answer.</param>
/// <param name="Grade">How an answer is held against it.</param>
internal sealed record DocumentQuestion(ChatRequest Chat, string Answer, AnswerGrade Grade);

/// <summary>What a golden file holds.</summary>
/// <param name="Questions">In its order.</param>
/// <param name="Problems">Lines that are none, in words.</param>
internal sealed record DocumentQuestions(IReadOnlyList<DocumentQuestion> Questions, IReadOnlyList<string> Problems);
