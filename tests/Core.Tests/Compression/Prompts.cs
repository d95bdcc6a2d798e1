using System.Text;

namespace OrleansLlm.Core.Tests.Compression;

/// <summary>Contexts as a deployment sends them.</summary>
internal static class Prompts
{
    /// <summary>A handbook of a dozen sections, one of which answers a question about refunds.</summary>
    public static string Handbook { get; } = BuildHandbook();

    private static string BuildHandbook()
    {
        (string Title, string Body)[] sections =
        [
            ("Opening an account", "An account is opened online or in a branch. The applicant shows a passport or an identity card. A proof of address must not be older than 3 months. Minors need the signature of both parents."),
            ("Cards", "Every account comes with one payment card. A second card costs 12 EUR a year. Lost cards are blocked by telephone at any hour. The replacement arrives within 5 days by registered mail."),
            ("Refunds", "A merchant may return money to the customer. A refund to a debit card takes 7 business days. A refund to a credit card appears on the next statement. Refunds are never paid out in cash."),
            ("Transfers", "Transfers inside the euro area arrive on the next day. Instant transfers cost nothing since January. Transfers abroad take up to 4 days. The limit is 20,000 EUR a day unless the branch has raised it."),
            ("Complaints", "Complaints reach us by letter, mail or telephone. They are answered within 15 business days. If the answer does not satisfy, the ombudsman can be called. Complaints are kept on file for five years."),
            ("Privacy", "Personal data are stored in the European Union. They are deleted ten years after the account was closed. Nobody outside the bank sees them without a court order. Customers may ask for a copy at no charge."),
            ("Lending", "A loan needs a regular income. The rate depends on the term and the security. Early repayment is possible at the end of each quarter. It costs one percent of the outstanding sum."),
            ("Savings", "Savings accounts bear interest from the first day. The rate is published each Monday. Withdrawals above 2,000 EUR need notice of three months. Interest is credited at the end of the year."),
        ];
        var text = new StringBuilder("# Customer handbook\n\n");
        foreach (var (title, body) in sections)
            text.Append("## ").Append(title).Append("\n\n").Append(body).Append("\n\n");
        return text.ToString();
    }
}
