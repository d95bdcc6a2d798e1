namespace OrleansLlm.Inference;

/// <summary>A router: a head over the embedding, or an encoder that reads the text itself.</summary>
internal interface IRouterModel : ILaneModel<RouterInput, RouterScores>, IDisposable;
