"""Shaded pictures of the families for docs/gallery: ``python -m c3po.shapes.gallery``."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from c3po.shapes import FAMILIES, LABELS
from c3po.shapes.csg import Body
from c3po.shapes.family import Family

LIGHT = np.array([0.35, -0.7, 0.62])


def picture(body: Body, size_px: int = 96, spin_deg: float = -28, tilt_deg: float = 24) -> Image.Image:
    """The body from the front, a little above, grey on white: far triangles first, near ones over them."""
    x0, y0, z0, x1, y1, z1 = body.bounding_box()
    longest = max(x1 - x0, y1 - y0, z1 - z0)
    mesh = body.rotate((0, 0, spin_deg)).refine_to_length(longest / 14).to_mesh()
    corners = np.asarray(mesh.vert_properties)[:, :3][np.asarray(mesh.tri_verts)]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
    tilt = np.radians(tilt_deg)
    up = np.array([0, np.sin(tilt), np.cos(tilt)])
    into = np.array([0, np.cos(tilt), -np.sin(tilt)])
    flat = np.stack([corners[..., 0], corners @ up], axis=-1)
    low, high = flat.min((0, 1)), flat.max((0, 1))
    scale = 2 * size_px * 0.94 / max(high - low)
    flat = size_px + (flat - (low + high) / 2) * scale * (1, -1)
    shades = np.clip(95 + 130 * (normals @ LIGHT), 40, 225).astype(int)
    image = Image.new("L", (2 * size_px, 2 * size_px), 255)
    pen = ImageDraw.Draw(image)
    facing = normals @ into < 0
    for i in np.argsort(-(corners.mean(1) @ into)):
        if not facing[i]:
            continue
        pen.polygon([tuple(p) for p in flat[i]], fill=int(shades[i]))
    return image.resize((size_px, size_px), Image.Resampling.BOX)


def strip_of(family: Family, members: int = 8, size_px: int = 96) -> Image.Image:
    """Members of one family side by side."""
    sheet = Image.new("L", (members * size_px, size_px), 255)
    for seed in range(members):
        body = family.body(np.random.default_rng([seed, *family.name.encode()]))
        sheet.paste(picture(body, size_px), (seed * size_px, 0))
    return sheet


def write_gallery(folder: Path) -> None:
    """README.md with one sentence for every family, and a picture for every label."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "# The families",
        "",
        f"{len(FAMILIES)} families over {len(LABELS)} labels; each row shows eight members of one family. ",
        "Weapons are solid silhouettes for recognition: one filled lump without bore, cavity or moving part.",
        "Made by `python -m c3po.shapes.gallery`.",
    ]
    for label in LABELS:
        members = [f for f in FAMILIES.values() if f.label == label]
        strips = [strip_of(f) for f in members]
        sheet = Image.new("L", (strips[0].width, sum(s.height for s in strips)), 255)
        for i, strip in enumerate(strips):
            sheet.paste(strip, (0, i * strip.height))
        sheet.quantize(16).save(folder / f"{label}.png", optimize=True)
        lines += ["", f"## {label}", "", f"![{label}]({label}.png)", ""]
        lines += [f"{i}. `{f.name}`: {f.sentence}" for i, f in enumerate(members, 1)]
    (folder / "README.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Command line: ``python -m c3po.shapes.gallery [FOLDER]``."""
    parser = argparse.ArgumentParser(description="Draw the gallery of part families.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/gallery"))
    write_gallery(parser.parse_args().folder)


if __name__ == "__main__":
    main()
