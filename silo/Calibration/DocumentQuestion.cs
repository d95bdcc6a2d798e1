using OrleansLlm.Core.Compression.Calibration;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Silo.Calibration;

/// <summary>A request whose right answer is known.</summary>
/// <param name="Chat">The request.</param>
/// <param name="Answer">The right answer.</param>
/// <param name="Grade">How an answer is held against it.</param>
internal sealed record DocumentQuestion(ChatRequest Chat, string Answer, AnswerGrade Grade);
