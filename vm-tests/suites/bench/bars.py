# SPDX-License-Identifier: GPL-2.0
"""A picture of bars, for a page that may be light or dark."""
from html import escape

WIDTH, LABEL, BAR, ROW, HEAD = 800, 420, 290, 30, 46

STYLE = """    .panel { fill: #ffffff; stroke: #d0d7de }
    text { fill: #1f2328 }
    .bar { fill: #818b98 } .ours { fill: #1a7f37 }
    text.ours { font-weight: 600 }
    @media (prefers-color-scheme: dark) {
      .panel { fill: #0d1117; stroke: #3d444d }
      text { fill: #f0f6fc }
      .bar { fill: #656c76 } .ours { fill: #238636 }
      text.ours { fill: #7ee787 }
    }"""


def picture(title, bars):
    """BARS: a text, a number, and whether it is ours, which is marked. The least comes first."""
    bars = sorted(bars, key=lambda bar: bar[1])
    most = bars[-1][1]
    height = HEAD + ROW * len(bars) + 14
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title"',
        "     font-family=\"system-ui, 'DejaVu Sans', Arial, sans-serif\" font-size=\"13\">",
        f'  <title id="title">{escape(title)}</title>', "  <style>", STYLE, "  </style>",
        f'  <rect class="panel" x="1" y="1" width="{WIDTH - 2}" height="{height - 2}" rx="8"/>',
        f'  <text x="16" y="28" font-size="14">{escape(title)}</text>',
    ]
    for number, (text, value, ours) in enumerate(bars):
        y = HEAD + ROW * number
        marked = ' class="ours"' if ours else ""
        width = max(1, round(BAR * value / most))
        lines += [
            f'  <text{marked} x="{LABEL}" y="{y + 17}" text-anchor="end">{escape(text)}</text>',
            f'  <rect class="{"ours" if ours else "bar"}" x="{LABEL + 12}" y="{y + 2}" width="{width}" height="22"/>',
            f'  <text{marked} x="{LABEL + 18 + width}" y="{y + 17}">{value:,.0f}</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"
