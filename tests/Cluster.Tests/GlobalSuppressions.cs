// Test classes are found by reflection.
[assembly: System.Diagnostics.CodeAnalysis.SuppressMessage("Maintainability", "CA1515", Justification = "xunit needs public test classes")]
