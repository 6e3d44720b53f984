"""Maths in questions: `$…$` as Unicode where that can be read, else left as its source."""

import re
import unicodedata

# An opening $ stands before, a closing one after a character that is no blank, and no digit
# follows: so `$5 and $6` stays money and `$HOME/$USER` a path.
_MATHS = re.compile(
    r"\$\$(?=\S)(.+?)(?<=\S)\$\$|(?<![\\\w$])\$(?=[^\s$])([^$\n]+?)(?<=\S)\$(?![\w$])", re.S
)
# Code keeps its dollars: fenced blocks, and spans of any number of backticks.
_CODE = re.compile(
    r"(?ms)^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*\s*$|\Z)|(`+)(?!`).+?(?<!`)\2(?!`)"
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}^_]|\s+|.", re.S)

_SYMBOLS = dict(
    pair.split(" ", 1)
    for pair in """alpha α|beta β|gamma γ|delta δ|epsilon ε|varepsilon ε|zeta ζ|eta η|theta θ
vartheta ϑ|iota ι|kappa κ|lambda λ|mu μ|nu ν|xi ξ|pi π|rho ρ|sigma σ|tau τ|upsilon υ|phi φ|varphi φ
chi χ|psi ψ|omega ω|Gamma Γ|Delta Δ|Theta Θ|Lambda Λ|Xi Ξ|Pi Π|Sigma Σ|Upsilon Υ|Phi Φ|Psi Ψ|Omega Ω
le ≤|leq ≤|ge ≥|geq ≥|ne ≠|neq ≠|approx ≈|equiv ≡|sim ∼|simeq ≃|cong ≅|propto ∝|ll ≪|gg ≫|pm ±|mp ∓
times ×|div ÷|cdot ·|ast ∗|star ⋆|circ ∘|bullet •|oplus ⊕|otimes ⊗|in ∈|notin ∉|ni ∋|subset ⊂
subseteq ⊆|supset ⊃|supseteq ⊇|cup ∪|cap ∩|setminus ∖|emptyset ∅|varnothing ∅|forall ∀|exists ∃
nexists ∄|neg ¬|lnot ¬|land ∧|wedge ∧|lor ∨|vee ∨|to →|rightarrow →|leftarrow ←|leftrightarrow ↔
Rightarrow ⇒|implies ⇒|Leftarrow ⇐|Leftrightarrow ⇔|iff ⇔|mapsto ↦|uparrow ↑|downarrow ↓|infty ∞
partial ∂|nabla ∇|sum ∑|prod ∏|int ∫|oint ∮|ldots …|dots …|cdots ⋯|vdots ⋮|ddots ⋱|angle ∠|perp ⊥
parallel ∥|mid ∣|langle ⟨|rangle ⟩|lfloor ⌊|rfloor ⌋|lceil ⌈|rceil ⌉|lVert ‖|rVert ‖|lvert ∣|rvert ∣
vert ∣|Vert ‖|aleph ℵ|hbar ℏ|ell ℓ|Re ℜ|Im ℑ|prime ′|degree °|dagger †|top ⊤|bot ⊥|vdash ⊢|models ⊨
log log|ln ln|lg lg|exp exp|sin sin|cos cos|tan tan|min min|max max|sup sup|inf inf|lim lim|arg arg
det det|dim dim|gcd gcd|deg deg|Pr Pr|bmod mod|mod mod|quad  |qquad   |colon :
backslash \\""".replace("\n", "|").split("|")
)
_SINGLE = {",": " ", ";": " ", ":": " ", "!": "", " ": " ", "{": "{", "}": "}", "%": "%", "$": "$",
           "&": "&", "#": "#", "_": "_", "|": "‖", "\\": "\n"}  # fmt: skip
_SUPER = dict(zip("0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW*′ αβγδθφχ∘⊤",
                  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ*′ ᵅᵝᵞᵟᶿᵠᵡ°ᵀ",
                  strict=True))  # fmt: skip
_SUB = dict(zip("0123456789+-=()aehijklmnoprstuvx βγρφχ",
                "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ ᵦᵧᵨᵩᵪ", strict=True))  # fmt: skip
_BOLD_LETTERS = {"C": "ℂ", "E": "𝔼", "F": "𝔽", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307",
            "overline": "\u0305", "ddot": "\u0308"}  # fmt: skip
_WORDS = frozenset("text mathrm mathit mathbf mathsf mathtt operatorname textbf textit mbox bm"
                   " boldsymbol mathcal".split())  # fmt: skip
_IGNORED = frozenset("left right big Big bigg Bigg displaystyle textstyle limits nolimits".split())
_DEEPEST = 30


class _Unreadable(Exception):
    """The source uses something that Unicode can't show."""


def with_maths(markdown: str) -> str:
    """The Markdown with its maths as Unicode, escaped so that it is shown as it stands."""
    if "$" not in markdown:
        return markdown
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(markdown):
        parts += [_MATHS.sub(_shown, markdown[at : code.start()]), code.group()]
        at = code.end()
    return "".join(parts) + _MATHS.sub(_shown, markdown[at:])


def to_unicode(source: str) -> str | None:
    """TeX maths as one line of Unicode; None where that can't show what it means."""
    tokens = _TOKEN.findall(source)
    try:
        text, left = _sequence(tokens, 0, 0)
    except (_Unreadable, IndexError):
        return None
    if left != len(tokens):
        return None
    return unicodedata.normalize("NFC", re.sub(r" {2,}", " ", text).strip())


def _shown(found: re.Match[str]) -> str:
    text = to_unicode(found[1] or found[2])
    if text is None:
        # A code span keeps the source readable whatever it holds.
        source = found.group()
        return source if "`" in source else f"`{source}`"
    escaped = _MARKDOWN.sub(r"\\\1", text)
    return f"\n\n{escaped}\n\n" if found[1] else escaped


def _sequence(tokens: list[str], at: int, depth: int) -> tuple[str, int]:
    """What stands until the group's end, and where it ends."""
    if depth > _DEEPEST:
        raise _Unreadable
    parts: list[str] = []
    while at < len(tokens) and tokens[at] != "}":
        sign = tokens[at]
        if sign in ("^", "_"):
            inner, at = _argument(tokens, at + 1, depth)
            parts.append(_script(inner, sign))
        else:
            inner, at = _argument(tokens, at, depth)
            parts.append(inner)
    return "".join(parts), at


def _argument(tokens: list[str], at: int, depth: int) -> tuple[str, int]:
    """One group, command or character, and where the next begins."""
    sign = tokens[at]
    if sign == "{":
        text, end = _sequence(tokens, at + 1, depth + 1)
        if end >= len(tokens):
            raise _Unreadable
        return text, end + 1
    if sign in ("^", "_", "}"):
        raise _Unreadable
    if sign[0] == "\\":
        return _command(tokens, at, depth)
    return {"-": "−", "'": "′", "~": " ", "&": " "}.get(sign, " " if sign.isspace() else sign), (
        at + 1
    )


def _command(tokens: list[str], at: int, depth: int) -> tuple[str, int]:
    name = tokens[at][1:].rstrip("*")
    if not name or not name[0].isalpha():
        return _SINGLE.get(name, name), at + 1
    if name in _IGNORED:
        # `\left.` is a bracket that is not drawn.
        skip = 2 if at + 1 < len(tokens) and tokens[at + 1] == "." else 1
        return "", at + skip
    if name in _SYMBOLS:
        after = at + 1
        word = _SYMBOLS[name].isascii() and _SYMBOLS[name].isalpha()
        return _SYMBOLS[name] + (
            " " if word and tokens[after : after + 1] not in (["("], ["_"], ["^"]) else ""
        ), after
    at = _past_blanks(tokens, at + 1)
    if name in ("frac", "dfrac", "tfrac"):
        over, at = _argument(tokens, at, depth + 1)
        under, at = _argument(tokens, _past_blanks(tokens, at), depth + 1)
        return f"{_grouped(over)}/{_grouped(under)}", at
    if name == "binom":
        over, at = _argument(tokens, at, depth + 1)
        under, at = _argument(tokens, _past_blanks(tokens, at), depth + 1)
        return f"C({over}, {under})", at
    if name == "sqrt" and tokens[at] != "[":
        inner, at = _argument(tokens, at, depth + 1)
        return "√" + (inner if len(inner) == 1 else f"({inner})"), at
    if name == "mathbb":
        inner, at = _argument(tokens, at, depth + 1)
        return "".join(_BOLD_LETTERS.get(letter, letter) for letter in inner), at
    if name in _ACCENTS:
        inner, at = _argument(tokens, at, depth + 1)
        return "".join(letter + _ACCENTS[name] for letter in inner), at
    if name in _WORDS:
        return _argument(tokens, at, depth + 1)
    raise _Unreadable


def _past_blanks(tokens: list[str], at: int) -> int:
    while tokens[at].isspace():
        at += 1
    return at


def _script(text: str, kind: str) -> str:
    """Raised or lowered where every character can be, else with its sign: `x^(n−q)`."""
    table = _SUPER if kind == "^" else _SUB
    plain = text.strip().replace("−", "-")
    if plain and all(letter in table for letter in plain):
        return "".join(table[letter] for letter in plain)
    return kind + _grouped(text.strip())


def _grouped(text: str) -> str:
    """In brackets, unless it is one name or number."""
    text = text.strip()
    return text if re.fullmatch(r"[\w.′°\u0300-\u036f]+", text) else f"({text})"
