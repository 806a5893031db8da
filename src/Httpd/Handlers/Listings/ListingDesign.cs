using System;
using System.Text;

namespace Sluice.Httpd.Handlers.Listings;

/// <summary>What all listings have in common: how they look, and how their columns are sorted.</summary>
/// <remarks>Nothing is fetched from elsewhere. Without the script the page is complete, and shows no button that
/// does nothing. The policy lets run this style and this script alone, so that no name of a file ever can.</remarks>
internal static class ListingDesign
{
    /// <summary>The style sheet, exactly as it is hashed for the policy.</summary>
    public const string Style = """

        :root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --faint: #59636e; --line: #dfe3e8; --link: #0a58ca; --seen: #6f42c1; --row: #f2f6fc; }
        @media (prefers-color-scheme: dark) {
        :root { --paper: #1e1f21; --ink: #eeeff1; --faint: #a3abb5; --line: #393c41; --link: #bad7ff; --seen: #d9c7ff; --row: #292c30; }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        h1 { margin: 0 0 1rem; padding: 0 .75rem; font-size: 1.4rem; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: 0 .75rem; text-align: start; border-bottom: 1px solid var(--line); }
        th { padding: .5rem .75rem; color: var(--faint); font-size: .875rem; font-weight: 600; white-space: nowrap; }
        th:nth-child(3), td:nth-child(3) { text-align: end; }
        td:nth-child(2), td:nth-child(3) { width: 1%; white-space: nowrap; color: var(--faint); font-size: .875rem; font-variant-numeric: tabular-nums; }
        td:first-child { padding: 0; }
        a { display: block; padding: .5rem .75rem; color: var(--link); text-decoration: none; overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; }
        a:visited { color: var(--seen); }
        .dir a { font-weight: 600; }
        tbody tr:hover, tbody tr:focus-within { background: var(--row); }
        a:hover { text-decoration: underline; }
        a:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; border-radius: 4px; }
        button { margin: -.5rem -.75rem; padding: .5rem .75rem; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
        button:hover { color: var(--ink); text-decoration: underline; }
        th button::after { content: "\2195"; display: inline-block; width: 1em; margin-inline-start: .35em; opacity: .5; }
        th[aria-sort] button { color: var(--ink); }
        th[aria-sort] button::after { opacity: 1; }
        th[aria-sort=ascending] button::after { content: "\2191"; }
        th[aria-sort=descending] button::after { content: "\2193"; }
        @media (max-width: 36rem) {
        body { padding: 1rem .25rem 2rem; }
        h1 { padding: 0 .5rem; font-size: 1.2rem; }
        th, td { padding-inline: .5rem; }
        a { padding: .65rem .5rem; }
        td:nth-child(2) { white-space: normal; min-width: 7.25rem; line-height: 1.3; }
        td:nth-child(2), td:nth-child(3) { font-size: .8125rem; }
        button { margin-inline: -.5rem; padding-inline: .5rem; }
        }
        @media print { button::after { display: none; } }

        """;

    /// <summary>The script, exactly as it is hashed for the policy.</summary>
    /// <remarks>A cell is compared by its title, else by data-o, else by its text (H-FILE-21). The parent stays on top.</remarks>
    public const string Script = """

        (() => {
          "use strict";
          const heads = [...document.querySelectorAll("thead th")];
          const body = document.querySelector("tbody");
          const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "variant" });
          const keyOf = (row, column) => {
            const cell = row.cells[column];
            const text = cell.title || cell.dataset.o || cell.textContent;
            return { row, text, number: /^-?\d+$/.test(text) ? Number(text) : NaN };
          };
          const compare = (a, b) => {
            if (!isNaN(a.number) && !isNaN(b.number)) return a.number - b.number;
            if (isNaN(a.number) !== isNaN(b.number)) return isNaN(a.number) ? -1 : 1;
            return order.compare(a.text, b.text);
          };
          const sort = (column) => {
            const ascending = heads[column].getAttribute("aria-sort") !== "ascending";
            heads.forEach((head) => head.removeAttribute("aria-sort"));
            heads[column].setAttribute("aria-sort", ascending ? "ascending" : "descending");
            const rows = [...body.rows];
            const parent = rows.filter((row) => row.querySelector("a").getAttribute("href") === "../");
            const keys = rows.filter((row) => !parent.includes(row)).map((row) => keyOf(row, column));
            keys.sort((a, b) => (ascending ? compare(a, b) : compare(b, a)));
            body.append(...parent, ...keys.map((key) => key.row));
          };
          heads.forEach((head, column) => {
            const button = document.createElement("button");
            button.type = "button";
            button.append(...head.childNodes);
            button.addEventListener("click", () => sort(column));
            head.append(button);
          });
        })();

        """;

    private const string StyleHash = "KXRu9OyKUrMuuGg0EIL9bCB6suXMoSFbu8E7VqsEIHw=";
    private const string ScriptHash = "kHY2419x0V058byqdNkAVdwP/1Jj3DN+T1MYVQ2+CQw=";

    /// <summary>The page up to the path in the title.</summary>
    public static ReadOnlySpan<byte> BeforeTitle => _beforeTitle;

    /// <summary>From the title to the path in the heading.</summary>
    public static ReadOnlySpan<byte> BeforeHeading => _beforeHeading;

    /// <summary>From the heading to the first row.</summary>
    public static ReadOnlySpan<byte> BeforeRows => _beforeRows;

    /// <summary>Behind the last row.</summary>
    public static ReadOnlySpan<byte> End => _end;

    /// <summary>The policy of the page (CSP level 3); images of the site itself are let in for its icon.</summary>
    public static ReadOnlySpan<byte> Policy => _policy;

    private static readonly byte[] _beforeTitle = Encoding.UTF8.GetBytes("""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Index of
        """ + " ");

    private static readonly byte[] _beforeHeading = Encoding.UTF8.GetBytes($"""
        </title>
        <style>{Style}</style>
        </head>
        <body>
        <main>
        <h1>Index of
        """ + " ");

    private static readonly byte[] _beforeRows = Encoding.UTF8.GetBytes("""
        </h1>
        <table>
        <thead>
        <tr><th scope="col">Name</th><th scope="col">Date</th><th scope="col">Size</th></tr>
        </thead>
        <tbody>

        """);

    private static readonly byte[] _end = Encoding.UTF8.GetBytes($"""
        </tbody>
        </table>
        </main>
        <script>{Script}</script>
        </body>
        </html>

        """);

    private static readonly byte[] _policy = Encoding.ASCII.GetBytes(
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src 'self'; "
        + $"script-src 'sha256-{ScriptHash}'; style-src 'sha256-{StyleHash}'");
}
