namespace OrleansLlm.Silo.Replay;

/// <summary>The page's style sheet: system fonts and inline colours only, contrast at or above WCAG AA in both schemes.</summary>
internal static class ReplayHtmlStyle
{
    public const string Css =
        """

        :root{--paper:#fbfaf8;--card:#fff;--ink:#1d2329;--soft:#59636e;--line:#dcdfe3;--total:#3d5a80;--saved:#2a7f62;--spent:#b3452f;--note:#fdf3d8;--note-ink:#5d4300}
        @media (prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1c2126;--ink:#e8eaed;--soft:#a3adb8;--line:#343b43;--total:#7fa1cf;--saved:#58bf97;--spent:#ea8a73;--note:#3a3115;--note-ink:#f3dfa0}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main{max-width:1080px;margin:0 auto;padding:2.5rem 1.25rem 3rem}
        h1{font-size:clamp(1.7rem,5vw,2.6rem);line-height:1.15;margin:.2rem 0 .5rem;letter-spacing:-.015em;text-wrap:balance}
        h2{font-size:1.15rem;margin:0 0 .8rem}
        h3{font-size:.95rem;margin:0;color:var(--soft);font-weight:600}
        p{margin:0 0 .5rem}
        section{margin-top:2.2rem}
        .eyebrow{color:var(--soft);overflow-wrap:anywhere}
        .share{color:var(--saved);white-space:nowrap}
        .fine{color:var(--soft);font-size:.9rem}
        .notes{list-style:none;margin:1.2rem 0 0;padding:.8rem 1rem;background:var(--note);color:var(--note-ink);border-radius:8px;font-size:.93rem;overflow-wrap:anywhere}
        .notes li+li{margin-top:.35rem}
        .charts,.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.2rem}
        .pair>div{min-width:0}
        figure{margin:0;padding:1rem;background:var(--card);border:1px solid var(--line);border-radius:10px;min-width:0}
        figcaption{color:var(--soft);font-size:.88rem;margin-top:.4rem}
        .waterfall{display:block;width:100%;height:auto}
        .waterfall text{fill:var(--ink);font-size:16px;font-variant-numeric:tabular-nums}
        .waterfall .name{text-anchor:end;fill:var(--soft)}
        .waterfall .total{fill:var(--total)}
        .waterfall .saved{fill:var(--saved)}
        .waterfall .spent{fill:var(--spent)}
        .waterfall .link{stroke:var(--soft);stroke-dasharray:2 3}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:1.2rem}
        .card,.projection{padding:1rem 1.1rem;background:var(--card);border:1px solid var(--line);border-radius:10px}
        .card p:last-child,.projection p:last-child{margin:0}
        .figure{font-size:1.9rem;font-weight:650;letter-spacing:-.01em;margin:.1rem 0 .3rem;font-variant-numeric:tabular-nums}
        .figure span{font-size:1rem;font-weight:400;color:var(--soft);letter-spacing:0}
        .scroll{overflow-x:auto;margin-top:1.2rem}
        .pair .scroll{margin-top:0}
        table{width:100%;border-collapse:collapse;font-size:.95rem;font-variant-numeric:tabular-nums}
        caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        th,td{padding:.45rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
        th:first-child{text-align:left;padding-left:0}
        thead th{color:var(--soft);font-weight:500;font-size:.88rem}
        tbody th{font-weight:400}
        .strong th,.strong td{font-weight:650}
        .tag{font-size:.78rem;font-weight:500;color:var(--soft);border:1px solid var(--line);border-radius:99px;padding:.1rem .55rem;margin-left:.3rem;vertical-align:.12em}
        footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.9rem}
        @media (max-width:34rem){main{padding-top:1.5rem}.waterfall text{font-size:21px}figure{padding:.7rem}table{font-size:.84rem}thead th{font-size:.8rem;white-space:normal;vertical-align:bottom}th,td{padding:.4rem .3rem}td:last-child,thead th:last-child{padding-right:0}}
        @media print{body{background:#fff}figure,.card,.projection,tr{break-inside:avoid}}

        """;
}
