"""Colours and the style sheet of everything shown as HTML: light and dark, at phone width, printed."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["DARK", "LIGHT", "PAGE", "PRINT", "STYLE"]

#: ink: text; soft: remarks, axes; line: rules; ground; band: heads, boxes; accent, accent2: what is pointed out;
#: good, bad: gains, losses; warn, warnink: warnings.
LIGHT: Mapping[str, str] = {
    "ink": "#1a2230",
    "soft": "#5b6778",
    "line": "#d5dbe3",
    "ground": "#ffffff",
    "band": "#f4f6f9",
    "accent": "#0b5cad",
    "accent2": "#b3541e",
    "good": "#1b7a43",
    "bad": "#b3261e",
    "warn": "#fff4d6",
    "warnink": "#5c4300",
}
DARK: Mapping[str, str] = {
    "ink": "#e4e9f0",
    "soft": "#9aa7b8",
    "line": "#364152",
    "ground": "#12171f",
    "band": "#1a212c",
    "accent": "#6db3ff",
    "accent2": "#f0a06a",
    "good": "#6fd39a",
    "bad": "#ff8a80",
    "warn": "#3a2f10",
    "warnink": "#ffe3a1",
}
PRINT: Mapping[str, str] = {**LIGHT, "ink": "#000000", "soft": "#444444", "line": "#bbbbbb"}


def _colours(scheme: Mapping[str, str], *where: str) -> str:
    return ",".join(where) + "{" + ";".join(f"--{name}:{colour}" for name, colour in scheme.items()) + "}"


#: Follows the reader's scheme, and a notebook's own theme where that differs.
STYLE = "\n".join(
    [
        _colours(LIGHT, ".openbook"),
        "@media (prefers-color-scheme:dark){" + _colours(DARK, ".openbook") + "}",
        _colours(LIGHT, '[data-jp-theme-light="true"] .openbook', ".vscode-light .openbook"),
        _colours(DARK, '[data-jp-theme-light="false"] .openbook', ".vscode-dark .openbook"),
        """
.openbook{color:var(--ink);background:var(--ground);font:14px/1.45 system-ui,sans-serif;padding:.1em .6em;
-webkit-text-size-adjust:100%}
.openbook .scroll{overflow-x:auto;max-width:100%}
.openbook table{border-collapse:separate;border-spacing:0;margin:.4em 0 .6em;font-size:.93em}
.openbook caption,.openbook .title{text-align:left;font-weight:600;padding:.3em 0;color:var(--ink)}
.openbook th,.openbook td{padding:.25em .7em .25em 0;border-bottom:1px solid var(--line);vertical-align:top;
text-align:left;color:var(--ink);background:none;max-width:min(26em,58vw);overflow-wrap:break-word;unicode-bidi:plaintext}
.openbook th{background:var(--band);font-weight:600}
.openbook tr>:first-child{padding-left:.4em;position:sticky;left:0;background:var(--ground)}
.openbook tr>th:first-child{background:var(--band)}
.openbook td.r,.openbook th.r{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.openbook td.w{min-width:min(22em,52vw)}
.openbook td.minus{color:var(--bad)}
.openbook code{font:.92em ui-monospace,monospace;color:var(--accent);background:none;overflow-wrap:anywhere}
.openbook .none,.openbook .note,.openbook .detail,.openbook figcaption{color:var(--soft);font-size:.9em;margin:.2em 0}
.openbook .note{margin-bottom:1em}
.openbook .warning{background:var(--warn);color:var(--warnink);padding:.5em .8em;border-radius:4px}
.openbook h1,.openbook h2,.openbook h3,.openbook h4{color:var(--ink);line-height:1.25;overflow-wrap:anywhere}
.openbook h3{font-size:1.15em;margin:.8em 0 .4em}.openbook h4{font-size:1em;margin:1em 0 .2em}
.openbook p,.openbook summary,.openbook .leaf{overflow-wrap:anywhere}
.openbook details,.openbook .leaf{margin-left:.9em}
.openbook summary{cursor:pointer}
.openbook .value{font-variant-numeric:tabular-nums;font-weight:600}.openbook .value,.openbook .n{white-space:nowrap}
.openbook .detail{margin-left:.9em;overflow-wrap:anywhere}
.openbook .bound{color:var(--accent2)}
.openbook figure{margin:.6em 0}
.openbook svg{max-width:100%;height:auto;display:block}
.openbook svg text{fill:var(--ink);font:13px system-ui,sans-serif}
.openbook svg .t{font-weight:600}.openbook svg .s{fill:var(--soft)}.openbook svg .w{fill:var(--warnink)}
.openbook svg .under{display:none}
.openbook svg .h{paint-order:stroke;stroke:var(--ground);stroke-width:4px;stroke-linejoin:round}
""".strip(),
        "".join(
            f".openbook svg .{what}-{name}{{{what}:var(--{name})}}" for what in ("fill", "stroke") for name in LIGHT
        ),
        "@media print{"
        + _colours(PRINT, ".openbook", "[data-jp-theme-light] .openbook")
        + """
.openbook{font-size:10pt;padding:0}.openbook .scroll{overflow:visible}.openbook table{font-size:8pt;max-width:100%}
.openbook th,.openbook td{max-width:none}.openbook td.w{min-width:0}.openbook tr>:first-child{position:static}
.openbook details::details-content{content-visibility:visible;block-size:auto}
.openbook tr,.openbook figure{break-inside:avoid}
.openbook h2,.openbook h3,.openbook h4,.openbook .warning{break-after:avoid}}""",
    ]
)

#: What a page of its own adds.
PAGE = """
body{margin:0}
main{max-width:70rem;margin:0 auto;padding:1rem}
h1{font-size:1.7rem;line-height:1.2}
h2{margin-top:2.2rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
@media (max-width:40rem){main{padding:.2rem}h1{font-size:1.3rem}}
""".strip()
