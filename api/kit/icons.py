"""图标: line drawings on a grid of 16, set into the page; decorative unless a label is given."""

from __future__ import annotations

from markupsafe import Markup

# Name -> what is drawn, as SVG.
SHAPES = {
    "home": (
        '<path d="M2.500 7 8 2.500 13.500 7v6a.500.500 0 0 '
        '1-.500.500H10V9.500H6v4H3a.500.500 0 0 1-.500-.500z"/>'
    ),
    "import": (
        '<path d="M8 2v7M5 6.500 8 9.500l3-3M2.500 11v1.500a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V11"/>'
    ),
    "download": '<path d="M8 2v8M5 7.500 8 10.500l3-3M3 13.500h10"/>',
    "inbox": (
        '<path d="M2.500 9 4 3.500h8L13.500 9v3.500a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1zM2.500 '
        '9H6l.7 1.500h2.600L10 9h3.500"/>'
    ),
    "board": (
        '<rect x="2.500" y="2.500" width="4.500" height="11" rx="1"/><rect x="9" y="2.500" '
        'width="4.500" height="6.500" rx="1"/>'
    ),
    "calendar": (
        '<rect x="2.500" y="3.500" width="11" height="10" rx="1.200"/><path d="M2.500 '
        '6.500h11M5.500 2v2.500M10.500 2v2.500"/>'
    ),
    "people": (
        '<circle cx="6" cy="5.500" r="2.300"/><path d="M1.800 13c.300-2.500 1.900-3.900 '
        "4.200-3.900s3.900 1.400 4.200 3.900M10.500 3.400a2.300 2.300 0 0 1 0 4.200M12 "
        '9.600c1.300.5 2.100 1.700 2.300 3.400"/>'
    ),
    "person": (
        '<circle cx="8" cy="5.500" r="2.500"/><path d="M3.500 13.500c.300-2.700 2-4.200 '
        '4.500-4.200s4.200 1.500 4.500 4.200"/>'
    ),
    "building": (
        '<path d="M3.500 13.500v-10a1 1 0 0 1 1-1h4a1 1 0 0 1 1 1v10M9.500 6.500H12a.800.800 '
        "0 0 1 .800.800v6.200M2 13.500h12M5.700 5.500h1.600M5.700 8h1.600M5.700 "
        '10.500h1.600"/>'
    ),
    "shield": (
        '<path d="M8 2l5 1.800v3.700c0 3-2 5.300-5 '
        '6.500-3-1.200-5-3.500-5-6.500V3.800zM5.700 8l1.700 1.700 3-3.200"/>'
    ),
    "sun": (
        '<circle cx="8" cy="8" r="2.700"/><path d="M8 1.800v1.400M8 12.800v1.400M1.800 '
        "8h1.400M12.800 8h1.400M3.600 3.600l1 1M11.400 11.400l1 1M3.600 12.400l1-1M11.400 "
        '4.600l1-1"/>'
    ),
    "key": (
        '<circle cx="5.300" cy="10.700" r="2.800"/><path d="m7.400 8.600 5.900-5.900M11 '
        '5l1.800 1.800"/>'
    ),
    "sliders": (
        '<path d="M2.500 4.500h6M11.500 4.500h2M2.500 11.500h2M7.500 11.500h6"/><circle '
        'cx="10" cy="4.500" r="1.500"/><circle cx="6" cy="11.500" r="1.500"/>'
    ),
    "check": '<path d="m3 8.500 3.300 3.300L13 4.700"/>',
    "check-circle": '<circle cx="8" cy="8" r="6"/><path d="m5.300 8.300 1.900 1.900 3.600-4"/>',
    "alert": '<path d="M8 2.300 14.200 13H1.800zM8 6.300v3.200M8 11.300v.100"/>',
    "question": (
        '<circle cx="8" cy="8" r="6"/><path d="M6.300 6.300c.100-1 .800-1.500 '
        '1.700-1.500s1.700.600 1.700 1.500c0 1.200-1.700 1.300-1.700 2.500M8 11.100v.100"/>'
    ),
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.300v3.500M8 5.100v.100"/>',
    "cross": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "chevron": '<path d="m6 3.500 4.500 4.500L6 12.500"/>',
    "left": '<path d="M10 3.500 5.500 8l4.500 4.500"/>',
    "menu": '<path d="M2.500 4.500h11M2.500 8h11M2.500 11.500h11"/>',
    "out": (
        '<path d="M6.500 2.500h-3a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3M10.500 11l3-3-3-3M13.500 8H6"/>'
    ),
    "pin": '<path d="M8 10v4M5 2.500h6l-.700 4 1.700 2v1.500H4V8.500l1.700-2z"/>',
    "swap": (
        '<path d="M3 5.500h9.500M10 3l2.500 2.500L10 8M13 10.500H3.500M6 8l-2.500 2.500L6 13"/>'
    ),
    "print": (
        '<path d="M4.500 6V2.500h7V6M4.500 11.500h-1a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h9a1 1 0 0 '
        '1 1 1v3.500a1 1 0 0 1-1 1h-1M4.500 9.500h7v4h-7z"/>'
    ),
    "file": (
        '<path d="M9 2H4.500a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1V5.500zM9 '
        '2v3.500h3.500M6 8.500h4M6 11h4"/>'
    ),
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.500V8l2.300 1.500"/>',
    "link": (
        '<path d="M7 9a2.600 2.600 0 0 0 3.700.2l2-2a2.600 2.600 0 0 0-3.700-3.700l-.8.8M9 '
        '7a2.600 2.600 0 0 0-3.700-.2l-2 2A2.600 2.600 0 0 0 7 12.500l.8-.8"/>'
    ),
    "star": (
        '<path d="m8 2.300 1.700 3.600 3.900.5-2.900 2.700.8 3.900L8 11.100 4.500 '
        '13l.8-3.900L2.400 6.400l3.900-.5z"/>'
    ),
    "search": '<circle cx="7" cy="7" r="4.500"/><path d="m10.500 10.500 3 3"/>',
    "dots": '<path d="M3.500 8h.010M8 8h.010M12.500 8h.010" stroke-width="2.200"/>',
    "spark": (
        '<path d="M8 2v3M8 11v3M2 8h3M11 8h3M4 4l1.800 1.800M10.200 10.200 12 12M4 '
        '12l1.800-1.800M10.200 5.800 12 4"/>'
    ),
}
_LINES = (
    'viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.4" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
_LOGO = (
    '<rect x="1" y="1" width="30" height="30" rx="8" fill="currentColor"/>'
    '<g stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
    '<circle cx="12.500" cy="11.500" r="3.500"/>'
    '<path d="M6 23.500c.4-3.900 2.800-6 6.500-6 1.300 0 2.400.2 3.300.7"/>'
    '<path d="m17.500 22 2.900 2.900 6-6.800"/></g>'
)


def icon(name: str, size: int = 16, label: str = "", cls: str = "") -> Markup:
    """One drawing, `size` pixels wide; an unknown name is an empty one."""
    style = Markup(' class="{}"').format(cls) if cls else Markup("")
    said = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    head = Markup('<svg{} width="{}" height="{}" ').format(style, size, size)
    return head + Markup(f"{_LINES} {said}>{SHAPES.get(name, '')}</svg>")  # noqa: S704


def logo(size: int = 28) -> Markup:
    return Markup(  # noqa: S704
        f'<svg width="{int(size)}" height="{int(size)}" viewBox="0 0 32 32" fill="none" '
        f'aria-hidden="true">{_LOGO}</svg>'
    )
