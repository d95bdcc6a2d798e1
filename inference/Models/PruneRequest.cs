namespace OrleansLlm.Inference;

/// <summary>Sentences to be scored by how much they matter to a question.</summary>
/// <param name="Question">Cut after 48 tokens.</param>
/// <param name="Sentences">In the order of the text: a sentence is read together with its neighbours.</param>
/// <param name="WithWords">Whether the word stage's logits are wanted too.</param>
public sealed record PruneRequest(string Question, IReadOnlyList<string> Sentences, bool WithWords = false);
