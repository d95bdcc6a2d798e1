namespace OrleansLlm.Client.Pages;

/// <summary>What surrounds every page.</summary>
/// <param name="Title">Of the document.</param>
/// <param name="Path">Of the page, which its link in the navigation shows as current.</param>
/// <param name="User">Null on the sign-in page.</param>
/// <param name="FormToken">For the forms of the page.</param>
public sealed record PageFrame(string Title, string Path, PageUser? User, string FormToken);
