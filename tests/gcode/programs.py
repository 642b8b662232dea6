"""Hypothesis strategies for programs of G-code."""

from hypothesis import strategies as st

coordinates = st.integers(-20_000, 20_000).map(lambda n: f"{n / 100:g}")
advances = st.sampled_from(["", " E0", " E1", " E2.5", " E-1", " E10"])


@st.composite
def straight(draw: st.DrawFn) -> str:
    words = [f" {letter}{draw(coordinates)}" for letter in "XYZ" if draw(st.booleans())]
    return f"G{draw(st.integers(0, 1))}{''.join(words)}{draw(advances)}"


@st.composite
def arcs(draw: st.DrawFn) -> str:
    """A circle, a half circle or an arc by radius, in any plane; exact whatever came before."""
    plane, first, second, x, y = draw(
        st.sampled_from([(17, "I", "J", "X", "Y"), (18, "K", "I", "Z", "X"), (19, "J", "K", "Y", "Z")])
    )
    i, j = (draw(st.integers(-50, 50)) for _ in range(2))
    if (i, j) == (0, 0):
        i = 7
    turn = f"G{plane}\nG91\nM82\nG{draw(st.integers(2, 3))}"
    centre = f" {first}{i} {second}{j}"
    half = f" {x}{2 * i} {y}{2 * j}"
    radius = f" R{draw(st.sampled_from([-1, 1])) * draw(st.integers(75, 200))}"
    return turn + draw(st.sampled_from([centre, centre + half, half + radius])) + draw(advances)


modes = st.sampled_from(["G90\nM82", "G91\nM83", "G90\nM83", "G91\nM82", "G20", "G21", "G92 E0", "G92 X5", "G92"])
lines = st.one_of(straight(), straight(), straight(), arcs(), modes, st.just("; comment"), st.just("M104 S200"))
programs = st.lists(lines, min_size=1, max_size=25).map(lambda lines: "G90\nM82\n" + "\n".join(lines) + "\n")
"""Programs on which every machine agrees."""

noise = st.binary(max_size=400) | st.text('GMTXYZEIJRNF0123456789.-+ ;(){}*\n\r"/%#_', max_size=400).map(str.encode)
"""Anything at all, more often than not nearly G-code."""
