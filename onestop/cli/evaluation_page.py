"""The page of an evaluation: tables, plots drawn as SVG, confused messages; one file, nothing loaded from outside."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from nlu.scoring import Scores, confusion_list

_TITLES = {
    "clean": "nguyên văn",
    "folded": "không dấu",
    "teencode": "viết tắt",
    "telex": "sót phím Telex",
    "typos": "gõ sai",
}
_GOOD = 0.9  # below, an intent's bar is drawn in the warning colour
_STYLE = """
:root{color-scheme:light dark;--ink:#1c2a33;--paper:#fff;--faint:#d5dde2;--bar:#0068ff;--second:#0f8a6b;--bad:#c2410c}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf1;--paper:#12191e;--faint:#34434d;--bar:#5aa2ff;--second:#3cc39b;--bad:#fb923c}}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
body{color:var(--ink);background:var(--paper)}
table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--faint)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
svg{max-width:100%;height:auto}svg text{fill:var(--ink);font-size:12px}
.key{display:inline-block;width:.9rem;height:.9rem;vertical-align:-.1rem}
details{margin:.3rem 0}summary{cursor:pointer}li{margin:.15rem 0}section{margin:2.5rem 0}
"""


def page_of(report: dict[str, dict[str, Scores]]) -> str:
    """Builds the page.

    Args:
        report: Set of messages → way of writing → scores.
    """
    sections = "".join(_section(name, by_condition) for name, by_condition in report.items())
    return (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Đánh giá phần hiểu tiếng Việt</title><style>{_STYLE}</style>"
        f"<h1>Đánh giá phần hiểu tiếng Việt</h1>{sections}</html>\n"
    )


def _section(name: str, by_condition: dict[str, Scores]) -> str:
    clean = by_condition["clean"]
    return (
        f"<section><h2>{escape(name)} ({clean.messages} câu)</h2>{_conditions_table(by_condition)}"
        f"{_conditions_bars(by_condition)}"
        f"<h3>Độ chính xác từng ý định</h3>{_intent_bars(clean)}"
        f"<h3>Thực thể</h3>{_entity_table(clean)}"
        f"<h3>Độ tin cậy có đúng với thực tế không</h3>{_calibration_plot(clean)}"
        f"<h3>Câu bị hiểu nhầm</h3>{_confusion_table(clean)}{_confusions(clean)}{_span_errors(clean)}</section>"
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".", ",")


def _share(pair: Sequence[int]) -> str:
    return _percent(pair[0] / pair[1]) if pair[1] else "–"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f'<th class="{"n" if i else ""}">{escape(cell)}</th>' for i, cell in enumerate(head))
    body = "".join(
        "<tr>" + "".join(f'<td class="{"n" if i else ""}">{escape(cell)}</td>' for i, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _conditions_table(by_condition: dict[str, Scores]) -> str:
    head = ["cách viết", "đúng ý định", "F1 thực thể", "nhận ra ngoài phạm vi", "từ chối nhầm", "mili giây (trung vị)"]
    rows = [
        [
            _TITLES.get(condition, condition),
            _percent(scores.accuracy),
            _percent(scores.span_f1),
            _share(scores.out_of_scope),
            _share(scores.refused),
            f"{scores.median_ms:.1f}".replace(".", ","),
        ]
        for condition, scores in by_condition.items()
    ]
    return _table(head, rows)


def _intent_bars(scores: Scores) -> str:
    ordered = sorted(scores.by_intent.items(), key=lambda item: item[1][0] / item[1][1])
    height = 20 * len(ordered) + 10
    bars = []
    for i, (intent, (right, every)) in enumerate(ordered):
        share = right / every
        y = 20 * i + 4
        colour = "bar" if share >= _GOOD else "bad"
        bars.append(
            f'<text x="195" y="{y + 11}" text-anchor="end">{escape(intent)}</text>'
            f'<rect x="200" y="{y}" width="{share * 400:.1f}" height="14" fill="var(--{colour})"/>'
            f'<text x="{205 + share * 400:.1f}" y="{y + 11}">{_percent(share)} ({right}/{every})</text>'
        )
    return f'<svg viewBox="0 0 720 {height}" role="img" aria-label="Độ chính xác từng ý định">{"".join(bars)}</svg>'


def _entity_table(scores: Scores) -> str:
    rows = [
        [entity, _percent(c.f1), str(c.right), str(c.wrong), str(c.missed)]
        for entity, c in sorted(scores.entities.items())
    ]
    return _table(["thực thể", "F1", "đúng", "thừa", "sót"], rows)


def _conditions_bars(by_condition: dict[str, Scores]) -> str:
    """Right intents and entities however the messages are written, from 50 % to 100 %."""
    rows = []
    for i, (condition, scores) in enumerate(by_condition.items()):
        title = _TITLES.get(condition, condition)
        y = 44 * i + 6
        rows.append(f'<text x="125" y="{y + 22}" text-anchor="end">{escape(title)}</text>')
        for row, (share, colour) in enumerate(((scores.accuracy, "bar"), (scores.span_f1, "second"))):
            width = max(0.0, share - 0.5) * 2 * 500
            top = y + 17 * row
            rows.append(
                f'<rect x="130" y="{top}" width="{width:.1f}" height="15" fill="var(--{colour})"/>'
                f'<text x="{136 + width:.1f}" y="{top + 12}">{_percent(share)}</text>'
            )
    height = 44 * len(by_condition) + 8
    return (
        f'<svg viewBox="0 0 720 {height}" role="img" aria-label="Theo cách viết">{"".join(rows)}</svg>'
        '<p><span class="key" style="background:var(--bar)"></span> đúng ý định'
        ' <span class="key" style="background:var(--second)"></span> F1 thực thể (vạch bắt đầu từ 50 %)</p>'
    )


_LEFT, _TOP, _SIDE = 60, 20, 300  # of the calibration plot's square, in its own units


def _calibration_plot(scores: Scores) -> str:
    points = scores.calibration()
    largest = max((count for *_, count in points), default=1)
    marks = "".join(
        f'<circle cx="{_LEFT + sure * _SIDE:.1f}" cy="{_TOP + (1 - right) * _SIDE:.1f}"'
        f' r="{3 + 9 * (count / largest) ** 0.5:.1f}" fill="var(--bar)" fill-opacity=".7">'
        f"<title>{count} câu: tin {_percent(sure)}, đúng {_percent(right)}</title></circle>"
        for _, sure, right, count in points
    )
    bottom, right_edge = _TOP + _SIDE, _LEFT + _SIDE
    ticks = "".join(
        f'<path d="M{_LEFT} {bottom - t * _SIDE / 4:.0f}H{right_edge}M{_LEFT + t * _SIDE / 4:.0f} {_TOP}V{bottom}"'
        ' fill="none" stroke="var(--faint)"/>'
        f'<text x="{_LEFT - 6}" y="{bottom - t * _SIDE / 4 + 4:.0f}" text-anchor="end">{25 * t} %</text>'
        f'<text x="{_LEFT + t * _SIDE / 4:.0f}" y="{bottom + 16}" text-anchor="middle">{25 * t} %</text>'
        for t in range(5)
    )
    middle = _TOP + _SIDE / 2
    rows = [
        [f"{band * 10}–{band * 10 + 10} %", _percent(sure), _percent(right), str(n)] for band, sure, right, n in points
    ]
    return (
        '<svg viewBox="0 0 400 370" width="400" role="img" aria-label="Độ tin cậy và độ chính xác">'
        f'{ticks}<path d="M{_LEFT} {bottom}L{right_edge} {_TOP}" fill="none" stroke="var(--ink)"'
        f' stroke-dasharray="4 4"/>{marks}'
        f'<text x="{_LEFT + _SIDE / 2:.0f}" y="{bottom + 36}" text-anchor="middle">độ tin cậy</text>'
        f'<text x="14" y="{middle:.0f}" text-anchor="middle" transform="rotate(-90 14 {middle:.0f})">'
        "đúng thật</text></svg>"
        f"<p>Sai lệch trung bình: {_percent(scores.calibration_error)}. Chấm to là nhiều câu; nằm trên đường chéo là"
        " vừa khéo, nằm dưới là quá tự tin.</p>"
        f"<details><summary>Bằng số</summary>{_table(['khoảng', 'tin cậy', 'đúng thật', 'câu'], rows)}</details>"
    )


def _confusion_table(scores: Scores, most: int = 12) -> str:
    """The commonest confusions at a glance."""
    commonest = confusion_list(scores, most)
    if not commonest:
        return ""
    body = "".join(
        f'<tr><td>{escape(truth)}</td><td>{escape(taken)}</td><td class="n">{len(texts)}</td>'
        f"<td>{escape(texts[0])}</td></tr>"
        for truth, taken, texts in commonest
    )
    head = '<th>đúng ra là</th><th>hiểu thành</th><th class="n">câu</th><th>ví dụ</th>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _confusions(scores: Scores) -> str:
    blocks = []
    for truth, taken, texts in confusion_list(scores, most=80):
        items = "".join(f"<li>{escape(text)}</li>" for text in texts)
        blocks.append(
            f"<details><summary>{escape(truth)} → {escape(taken)} ({len(texts)})</summary><ul>{items}</ul></details>"
        )
    return "".join(blocks) or "<p>Không có.</p>"


def _span_errors(scores: Scores, most: int = 200) -> str:
    items = "".join(
        f"<li>{escape(text)}<br>sót: {escape(missed) or '–'}; thừa: {escape(wrong) or '–'}</li>"
        for text, missed, wrong in scores.span_errors[:most]
    )
    return f"<details><summary>Thực thể sai ({len(scores.span_errors)} câu)</summary><ul>{items}</ul></details>"
