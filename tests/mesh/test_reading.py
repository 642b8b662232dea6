"""Mesh files to meshes: equal shapes from every format, one line of error for everything else."""

import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import stl
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from c3po.containers import Member, members
from c3po.errors import C3poError, MeshError
from c3po.mesh import Mesh, read_meshes, write_stl
from c3po.solid import mesh_parts

BOX = trimesh.creation.box((20, 30, 10))
TEXT = "\n".join(
    f"facet normal 0 0 0\n outer loop\n  {corners}\n endloop\nendfacet"
    for corners in ("\n".join(f"vertex {x:g} {y:g} {z:g}" for x, y, z in face) for face in BOX.triangles)
)


def member(data: bytes, format_: str = "stl", name: str = "part.stl") -> Member:
    return Member(name, format_, lambda: iter([data]))


def binary(count: int | None = None, header: bytes = b"", colour: int = 0) -> bytes:
    records = np.zeros(12, dtype=stl.Mesh.dtype)
    records["attr"] = colour
    records["vectors"] = BOX.triangles
    return header.ljust(80, b" ") + struct.pack("<I", 12 if count is None else count) + records.tobytes()


def text(newline: str = "\n", name: str = "part") -> bytes:
    return f"solid {name}\n{TEXT}\nendsolid {name}\n".replace("\n", newline).encode()


@pytest.mark.parametrize(
    "data",
    [
        binary(),
        binary(header=b"solid facet normal"),
        binary(header=b"COLOR=\xff\x00\x00\xff", colour=0xFC1F),
        text(),
        text("\r\n"),
        text("\r"),
        text(name="a facet vertex 1 2"),
        text().upper(),
        b"\xef\xbb\xbf" + text(),
        text().replace(b"vertex 10 ", b"vertex +1.0e1 "),
    ],
    ids=["binary", "binary-solid", "colour-bytes", "lf", "crlf", "cr", "words-in-name", "upper", "bom", "exponent"],
)
def test_every_spelling_of_a_box_is_that_box(data: bytes) -> None:
    (mesh,) = read_meshes(member(data))
    np.testing.assert_allclose(mesh.triangles_mm, BOX.triangles)
    assert mesh.flags == ()


def test_numpy_stl_reads_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "box.stl"
    write_stl(Mesh(np.asarray(BOX.vertices), np.asarray(BOX.faces, np.int32)), path)
    theirs = stl.Mesh.from_file(str(path), calculate_normals=False)
    np.testing.assert_allclose(theirs.vectors, BOX.triangles)
    np.testing.assert_allclose(np.linalg.norm(theirs.normals, axis=1) > 0, True)
    (ours,) = read_meshes(members(path)[0])
    np.testing.assert_allclose(ours.triangles_mm, BOX.triangles)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    broken = Mesh(np.zeros((3, 3)), np.array([[0, 1, 9]], np.int32))
    with pytest.raises(IndexError):
        write_stl(broken, tmp_path / "box.stl")
    assert list(tmp_path.iterdir()) == []


NAN = binary()[:96] + struct.pack("<f", float("nan")) + binary()[100:]
INFINITE = binary()[:96] + struct.pack("<f", float("inf")) + binary()[100:]
SIGNALLING_NAN = binary()[:96] + struct.pack("<I", 0x7F800001) + binary()[100:]  # numpy warns of these


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (binary()[:400], "part.stl: expected 84 + 50 x 12 bytes, got 400; the file is cut short, export it again"),
        (binary(4_000_000_000), "part.stl: expected 84 + 50 x 4000000000 bytes, got 684; the file is cut short"),
        (b"x" * 40, "part.stl: expected at least 84 bytes, got 40"),
        (NAN, "part.stl: expected finite coordinates, found NaN or infinity; repair the mesh"),
        (INFINITE, "part.stl: expected finite coordinates, found NaN or infinity; repair the mesh"),
        (SIGNALLING_NAN, "part.stl: expected finite coordinates, found NaN or infinity; repair the mesh"),
        (text()[:300], "part.stl:21: expected endfacet, found the end; export it again"),
        (text().replace(b"vertex 10 ", b"vertex 1,0 ", 1), "expected three numbers after vertex, found '1,0'"),
        (b"solid nothing\nendsolid nothing\n", "part.stl: expected faces, found none"),
        (b"\0" * 84, "part.stl: expected faces, found none"),
    ],
)
def test_a_broken_stl_is_one_clear_line(data: bytes, message: str) -> None:
    with pytest.raises(MeshError) as problem:
        read_meshes(member(data))
    assert message in str(problem.value)
    assert "\n" not in str(problem.value)


def test_bytes_after_the_last_face_are_flagged() -> None:
    (mesh,) = read_meshes(member(binary() + b"tail"))
    assert mesh.flags == ("trailing-bytes",)
    assert len(mesh.faces) == 12


@pytest.mark.parametrize("format_", ["ply", "off", "glb", "obj"])
def test_other_formats_give_the_same_box(format_: str) -> None:
    data = BOX.export(file_type=format_)
    meshes = read_meshes(member(data if isinstance(data, bytes) else data.encode(), format_, f"box.{format_}"))
    scale = 1000 if format_ == "glb" else 1
    np.testing.assert_allclose(np.ptp(meshes[0].bounds_mm, axis=0), np.array([20, 30, 10]) * scale)
    assert mesh_parts(meshes)[0].volume_mm3 == pytest.approx(6000 * scale**3, rel=0.06)


def test_a_mesh_in_metres_is_flagged() -> None:
    small = BOX.copy()
    small.apply_scale(0.001)
    (mesh,) = read_meshes(member(small.export(file_type="stl")))
    np.testing.assert_allclose(np.ptp(mesh.bounds_mm, axis=0), [20, 30, 10], rtol=1e-5)
    assert mesh.flags == ("metres",)


def test_relative_indices_and_polygons_of_an_obj() -> None:
    data = b"v 0 0 0\nv 10 0 0\nv 10 10 0\nv 0 10 0\nusemtl x\nmtllib ../../secret\nf -4/1/1 -3//2 -2 -1\n"
    (mesh,) = read_meshes(member(data, "obj"))
    assert mesh.faces.tolist() == [[0, 1, 2], [0, 2, 3]]


@pytest.mark.parametrize("face", [b"f 1 2 9", b"f 0 1 2", b"f a b c", b"f 1 2 99999999999999999999"])
def test_an_obj_face_that_names_no_vertex_is_an_error(face: bytes) -> None:
    with pytest.raises(MeshError, match=r"expected (vertex numbers|numbers)"):
        read_meshes(member(b"v 0 0 0\nv 5 0 0\nv 0 5 0\n" + face, "obj"))


def test_counts_in_a_header_allocate_nothing() -> None:
    ply = b"ply\nformat binary_little_endian 1.0\nelement vertex 4000000000\nproperty float x\nend_header\n"
    with pytest.raises(MeshError, match="cut short"):
        read_meshes(member(ply, "ply"))
    with pytest.raises(MeshError, match="cut short"):
        read_meshes(member(b"OFF\n2000000000 2000000000 0\n0 0 0\n", "off"))


@pytest.mark.parametrize(
    "tree",
    [
        {"buffers": [{"uri": "../../etc/passwd", "byteLength": 9}]},
        {"accessors": [{"count": 10**12, "componentType": 5126, "type": "VEC3"}]},
        {"nodes": [{"children": [1, 1]}, {"children": [1]}]},
    ],
)
def test_a_glb_that_reaches_out_or_blows_up_is_refused(tree: dict[str, object]) -> None:
    body = json.dumps({"asset": {"version": "2.0"}, **tree}).encode()
    body += b" " * (-len(body) % 4)
    data = struct.pack("<4sIII4s", b"glTF", 2, 20 + len(body), len(body), b"JSON") + body
    with pytest.raises(MeshError):
        read_meshes(member(data, "glb"))


VERTICES = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in BOX.vertices)
FACES = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in BOX.faces)
MESH = f"<mesh><vertices>{VERTICES}</vertices><triangles>{FACES}</triangles></mesh>"


def threemf(resources: str, build: str, *, unit: str = "millimeter", **others: str) -> bytes:
    head = f'<model unit="{unit}" xmlns="core" xmlns:p="production">'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("3D/3dmodel.model", f"{head}<resources>{resources}</resources><build>{build}</build></model>")
        for name, body in others.items():
            archive.writestr(name.replace("__", "/") + (".model" if name.startswith("3D") else ".config"), body)
    return file.getvalue()


def test_components_transforms_and_units_compose() -> None:
    resources = f'<object id="1">{MESH}</object><object id="2"><components>'
    resources += '<component objectid="1" transform="0 1 0 -1 0 0 0 0 1 5 0 0"/></components></object>'
    (mesh,) = read_meshes(
        member(threemf(resources, '<item objectid="2" transform="1 0 0 0 1 0 0 0 2 0 7 0"/>', unit="inch"), "3mf")
    )
    np.testing.assert_allclose(mesh.bounds_mm / 25.4, [[5 - 15, 7 - 10, -10], [5 + 15, 7 + 10, 10]], atol=1e-9)


@pytest.mark.parametrize(
    ("unit", "scale"),
    [("micron", 0.001), ("millimeter", 1), ("centimeter", 10), ("inch", 25.4), ("foot", 304.8), ("meter", 1000)],
)
def test_every_unit_of_a_3mf_is_applied(unit: str, scale: float) -> None:
    data = threemf(
        f'<object id="1">{MESH}</object>',
        f'<item objectid="1" transform="{9 / scale} 0 0 0 1 0 0 0 1 0 0 0"/>',
        unit=unit,
    )
    (mesh,) = read_meshes(member(data, "3mf"))
    longest = np.ptp(mesh.bounds_mm, axis=0)[0]
    assert longest * (1000 if "micrometres" in mesh.flags else 1) == pytest.approx(9 * 20)


def test_a_production_part_is_found_by_its_path() -> None:
    other = (
        f'<model unit="millimeter" xmlns="core"><resources><object id="7">{MESH}</object></resources><build/></model>'
    )
    resources = (
        '<object id="2"><components><component objectid="7" p:path="/3D/Objects/a.model"/></components></object>'
    )
    meshes = read_meshes(member(threemf(resources, '<item objectid="2"/>', **{"3D__Objects__a": other}), "3mf"))
    assert [len(mesh.faces) for mesh in meshes] == [12]


def test_what_shapes_no_plastic_is_left_out() -> None:
    resources = f'<object id="1">{MESH}</object><object id="3">{MESH}</object><object id="4">{MESH}</object>'
    resources += (
        '<object id="2"><components><component objectid="1"/><component objectid="3"/><component objectid="4"/>'
    )
    resources += "</components></object>"
    settings = '<config><object id="2"><part id="3" subtype="modifier_part"/>'
    settings += '<part id="4" subtype="negative_part"/></object></config>'
    data = threemf(resources, '<item objectid="2"/>', Metadata__model_settings=settings)
    (mesh,) = read_meshes(member(data, "3mf"))
    assert mesh.flags == ("negative-volume",)


def test_the_face_ranges_of_prusaslicer_are_followed() -> None:
    settings = '<config><object id="1"><volume firstid="0" lastid="7"/><volume firstid="8" lastid="11">'
    settings += '<metadata type="volume" key="volume_type" value="SupportBlocker"/></volume></object></config>'
    data = threemf(f'<object id="1">{MESH}</object>', '<item objectid="1"/>', Metadata__Slic3r_PE_model=settings)
    assert len(read_meshes(member(data, "3mf"))[0].faces) == 8


LOOP = '<object id="1"><components><component objectid="1"/></components></object>'
WIDE = "".join(
    f'<object id="{i}"><components>' + f'<component objectid="{i - 1}"/>' * 100 + "</components></object>"
    for i in range(2, 9)
)


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        (LOOP, "they may be a loop"),
        ("", "expected object 1 in 3d/3dmodel.model, found none"),
        (f'<object id="1">{MESH}</object>'.replace('v1="1"', 'v1="99"'), "a triangle with vertex 99 of 8"),
        (f'<object id="1">{MESH}</object>'.replace('x="', 'x="q'), "expected a complete element"),
        ("<object", "expected XML"),
        (f'<object id="1">{MESH}</object>'.replace("</mesh>", "<b:beamlattice/></mesh>"), "found a beam lattice"),
        ('<s:slicestack id="9"/>', "expected triangles, found a stack of slices; export it as a mesh"),
    ],
)
def test_a_broken_3mf_is_one_clear_line(resources: str, message: str) -> None:
    with pytest.raises(MeshError) as problem:
        read_meshes(member(threemf(resources, '<item objectid="1"/>'), "3mf"))
    assert message in str(problem.value)


def test_components_that_multiply_are_bounded() -> None:
    data = threemf(f'<object id="1">{MESH}</object>{WIDE}', '<item objectid="8"/>')
    with pytest.raises(MeshError, match="expected at most"):
        read_meshes(member(data, "3mf"))


def test_an_encrypted_3mf_is_one_clear_line() -> None:
    data = bytearray(threemf(f'<object id="1">{MESH}</object>', '<item objectid="1"/>'))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 8] |= 1
    data[int.from_bytes(data[entry + 42 : entry + 46], "little") + 6] |= 1
    with pytest.raises(MeshError, match=r"expected a 3MF archive, found a corrupt or encrypted one; export it again"):
        read_meshes(member(bytes(data), "3mf"))


def test_entities_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("3D/3dmodel.model", '<!DOCTYPE m [<!ENTITY a "aaaa">]><model>&a;</model>')
    with pytest.raises(MeshError, match="entity definition"):
        read_meshes(member(file.getvalue(), "3mf"))


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["stl", "obj", "ply", "off", "glb", "3mf"]), st.booleans())
def test_random_bytes_give_a_mesh_or_an_error(tail: bytes, format_: str, cut: bool) -> None:
    heads = {
        "stl": text(),
        "obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
        "off": b"OFF\n3 1 0\n",
        "glb": b"glTF",
        "ply": b"ply\n",
        "3mf": b"PK",
    }
    data = heads[format_][: len(tail)] + tail if cut else heads[format_] + tail
    try:
        outcome = [len(mesh.faces) for mesh in read_meshes(member(data, format_))]
    except C3poError as problem:
        outcome = [len(str(problem).splitlines())]
    assert min(outcome) > 0
