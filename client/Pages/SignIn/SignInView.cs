namespace OrleansLlm.Client.Pages.SignIn;

/// <summary>The sign-in page.</summary>
/// <param name="ReturnPath">Where to go afterwards; one of our own pages.</param>
/// <param name="Failed">Whether a key was just refused.</param>
public sealed record SignInView(string ReturnPath, bool Failed);
