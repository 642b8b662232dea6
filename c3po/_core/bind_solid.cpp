#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>

#include "_core/bindings.hpp"
#include "_core/solid/components.hpp"
#include "_core/solid/outlines.hpp"
#include "_core/solid/stl_text.hpp"

using namespace nb::literals;

namespace {

using Rows = nb::ndarray<const float, nb::shape<-1, 6>, nb::c_contig, nb::device::cpu>;
using Column = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Triangles = nb::ndarray<const double, nb::shape<-1, 3, 3>, nb::c_contig, nb::device::cpu>;
using Points = nb::ndarray<const double, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu>;
using Faces = nb::ndarray<const std::int32_t, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu>;
using Voxels = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::f_contig, nb::device::cpu>;

nb::ndarray<nb::numpy, std::uint8_t, nb::f_contig> to_numpy(const c3po::BitGrid& grid) {
  std::uint8_t* bytes = new std::uint8_t[std::max<std::size_t>(1, std::size_t(grid.nx) * grid.ny * grid.nz)];
  std::uint8_t* at = bytes;
  for (int z = 0; z < grid.nz; ++z)
    for (int y = 0; y < grid.ny; ++y) {
      const std::uint64_t* row = grid.row(y, z);
      for (int x = 0; x < grid.nx; ++x) *at++ = row[x >> 6] >> (x & 63) & 1;
    }
  nb::capsule owner(bytes, [](void* p) noexcept { delete[] static_cast<std::uint8_t*>(p); });
  const std::size_t shape[3] = {std::size_t(grid.nx), std::size_t(grid.ny), std::size_t(grid.nz)};
  const std::int64_t strides[3] = {1, grid.nx, std::int64_t(grid.nx) * grid.ny};
  return nb::ndarray<nb::numpy, std::uint8_t, nb::f_contig>(bytes, 3, shape, owner, strides);
}

c3po::BitGrid from_numpy(const Voxels& voxels) {
  c3po::BitGrid grid(int(voxels.shape(0)), int(voxels.shape(1)), int(voxels.shape(2)));
  const std::uint8_t* at = voxels.data();
  for (int z = 0; z < grid.nz; ++z)
    for (int y = 0; y < grid.ny; ++y) {
      std::uint64_t* row = grid.row(y, z);
      for (int x = 0; x < grid.nx; ++x) row[x >> 6] |= std::uint64_t(*at++ != 0) << (x & 63);
    }
  return grid;
}

void add_rows(c3po::Material& material, Rows rows, Column width, Column height, Bytes feature, std::optional<Bytes> tool) {
  const std::size_t n = rows.shape(0);
  if (width.size() != n || height.size() != n || (feature.size() != n && feature.size() != 0) || (tool && tool->size() != n))
    throw nb::value_error("segments_mm, width_mm, height_mm and tool must have one row each per segment");
  nb::gil_scoped_release unlocked;
  std::vector<c3po::Segment> batch;
  for (std::size_t i = 0; i < n;) {
    batch.clear();
    for (; i < n && batch.size() < 4096; ++i) {
      const float* row = rows.data() + i * 6;
      c3po::Segment segment{};
      for (int k = 0; k < 3; ++k) {
        segment.start_mm[k] = row[k];
        segment.end_mm[k] = row[3 + k];
      }
      segment.width_mm = width.data()[i];
      segment.height_mm = height.data()[i];
      segment.feature = feature.size() == 0 ? c3po::Feature::unknown : c3po::Feature(feature.data()[i]);
      segment.tool = tool ? tool->data()[i] : std::uint8_t(0);
      batch.push_back(segment);
    }
    material.add_segments(batch.data(), batch.size());
  }
}

void check(const c3po::Components& components, const std::vector<int>& which, int halvings) {
  for (int index : which)
    if (index < 0 || std::size_t(index) >= components.components().size()) throw nb::index_error("no such component");
  if (which.empty() || halvings < 0 || halvings > 20) throw nb::value_error("which must not be empty, halvings 0 to 20");
}

constexpr double bead_mm = 0.45;

// Where most of a part is within outlines, the pieces are parts on one raft; else a piece that is a small share of the
// part is a scrap of it.
void drop_scraps(std::vector<c3po::PlacedGrid>& pieces, double usual) {
  constexpr double mostly = 0.6, least_share = 0.1;
  double together = 0;
  for (const c3po::PlacedGrid& piece : pieces) together += double(c3po::volume(piece.grid));
  if (together >= mostly * usual) return;
  const auto is_scrap = [&](const c3po::PlacedGrid& piece) { return double(c3po::volume(piece.grid)) < least_share * usual; };
  pieces.erase(std::remove_if(pieces.begin(), pieces.end(), is_scrap), pieces.end());
}

// See "others" below.
nb::tuple other_readings(const c3po::Components& self, const std::vector<int>& which, int halvings, bool from_above, double share, int most) {
  check(self, which, halvings);
  std::array<int, 3> lower;
  c3po::BitGrid closed;
  std::vector<c3po::PlacedGrid> found;
  bool is_closed = false;
  {
    nb::gil_scoped_release unlocked;
    const c3po::BitGrid walls = self.dense(which, halvings, lower), solid = c3po::filled(walls, from_above, true);
    const int margin = int(std::lround(bead_mm / (self.pitch_mm() * double(1 << halvings))));
    const double usual = double(c3po::volume(solid));
    closed = c3po::filled(walls, false, false);
    is_closed = double(c3po::volume(closed)) > (1 + share) * usual;
    const c3po::BitGrid within = c3po::within_loops(solid, self.dense(which, halvings, lower, true), margin);
    if (double(c3po::volume(within)) < (1 - share) * usual) found = c3po::pieces(within, lower, std::size_t(std::max(0, most)), 60);
    drop_scraps(found, usual);
  }
  nb::list pieces;
  for (const c3po::PlacedGrid& piece : found) pieces.append(nb::make_tuple(to_numpy(piece.grid), piece.lower));
  nb::object whole = is_closed ? nb::object(nb::make_tuple(to_numpy(closed), lower)) : nb::none();
  return nb::make_tuple(whole, pieces);
}

}  // namespace

void bind_solid(nb::module_& m) {
  using c3po::Components;
  using c3po::Material;
  if (!nb::hasattr(m, "SegmentSink")) nb::class_<c3po::SegmentSink>(m, "SegmentSink");
  nb::class_<Material, c3po::SegmentSink>(m, "Material", "Material on an unbounded voxel grid.")
      .def("__init__",
           [](Material* self, double pitch_mm, std::array<double, 3> origin_mm, std::size_t max_bricks, bool plain_rows) {
             if (!(pitch_mm > 0)) throw nb::value_error("pitch_mm must be positive");
             new (self) Material(pitch_mm, origin_mm, max_bricks, plain_rows ? c3po::lay_band_plain : c3po::best_lay_band());
           },
           "pitch_mm"_a = 0.25, "origin_mm"_a = std::array<double, 3>{0, 0, 0}, "max_bricks"_a = 32768, "plain_rows"_a = false,
           "plain_rows: lay beads as a processor without AVX2 does, for comparison.")
      .def("add_segments", &add_rows, "segments_mm"_a, "width_mm"_a, "height_mm"_a, "feature"_a, "tool"_a = nb::none())
      .def("add_triangles",
           [](Material& self, Triangles corners) {  // float64 (m, 3, 3), mm
             nb::gil_scoped_release unlocked;
             self.add_triangles(corners.data(), corners.shape(0));
           }, "triangles_mm"_a)
      .def("add_mesh",
           [](Material& self, Points vertices, Faces faces) {  // float64 (n, 3), mm; int32 (m, 3)
             nb::gil_scoped_release unlocked;
             self.add_mesh(vertices.data(), vertices.shape(0), faces.data(), faces.shape(0));
           }, "vertices_mm"_a, "faces"_a)
      .def("layers_between", &Material::layers_between, "low_mm"_a, "high_mm"_a)
      .def_prop_ro("pitch_mm", &Material::pitch_mm)
      .def_prop_ro("origin_mm", &Material::origin_mm)
      .def_prop_ro("segments", &Material::segments)
      .def_prop_ro("hinted", &Material::hinted)
      .def_prop_ro("dropped", &Material::dropped)
      .def_prop_ro("open_fraction", &Material::open_fraction)
      .def_prop_ro("tools", &Material::tools)
      .def("of_tools", &Material::of_tools, "which"_a, "The material of some of the tools, by index into tools.")
      .def_prop_ro("bricks", [](const Material& self) { return self.maps().size(); })
      .def_prop_ro("memory_bytes", [](const Material& self) { return self.maps().part.bytes() + self.maps().hinted.bytes(); });

  nb::class_<Components>(m, "Components", "A material told apart into connected components, largest first.")
      .def(nb::init<const Material&, bool, double>(), "material"_a, "with_hinted"_a = true, "strip_mm"_a = 0.0,
           nb::call_guard<nb::gil_scoped_release>())
      .def("__len__", [](const Components& self) { return self.components().size(); })
      .def_prop_ro("pitch_mm", &Components::pitch_mm)
      .def_prop_ro("origin_mm", &Components::origin_mm)
      .def_prop_ro("stripped", &Components::stripped)
      .def("voxels", [](const Components& self) {
        std::vector<std::uint64_t> counts;
        for (const auto& component : self.components()) counts.push_back(component.voxels);
        return counts;
      })
      .def("boxes", [](const Components& self) {  // lower and upper corner in voxels, upper is one past the last
        std::vector<std::array<int, 6>> boxes;
        for (const auto& c : self.components())
          boxes.push_back({c.lower[0], c.lower[1], c.lower[2], c.upper[0], c.upper[1], c.upper[2]});
        return boxes;
      })
      .def("solid",
           [](const Components& self, const std::vector<int>& which, int halvings, bool from_above) {
             check(self, which, halvings);
             std::array<int, 3> lower;
             c3po::BitGrid solid;
             {
               nb::gil_scoped_release unlocked;
               solid = c3po::filled(self.dense(which, halvings, lower), from_above, true);
             }
             return nb::make_tuple(to_numpy(solid), lower);
           },
           "which"_a, "halvings"_a, "from_above"_a = true, "Filled voxels uint8 (nx, ny, nz), x fastest, and the lower corner in their pitch.")
      .def("others", &other_readings, "which"_a, "halvings"_a, "from_above"_a, "share"_a, "most"_a,
           "Where it differs by more than a share of the volume: the solid with top and bottom closed, or None, and the pieces "
           "within closed outlines; voxels and lower corner each.");
  m.def("stl_text_triangles", [](nb::bytes text) {  // float32 (m, 3, 3); ValueError "LINE: expected ..., found ..."
    std::string problem;
    std::vector<float>* triangles;
    {
      const char* first = text.c_str();
      const std::size_t length = text.size();
      nb::gil_scoped_release unlocked;
      triangles = new std::vector<float>(c3po::stl_text_triangles(first, length, problem));
    }
    nb::capsule owner(triangles, [](void* p) noexcept { delete static_cast<std::vector<float>*>(p); });
    if (!problem.empty()) throw nb::value_error(problem.c_str());
    const std::size_t shape[3] = {triangles->size() / 9, 3, 3};
    return nb::ndarray<nb::numpy, float>(triangles->data(), 3, shape, owner);
  }, "text"_a);
  m.def("mesh_bounds", [](Points vertices, Faces faces) {  // of the faces that can be used, and how many cannot
    c3po::MeshBounds b;
    {
      nb::gil_scoped_release unlocked;
      b = c3po::mesh_bounds(vertices.data(), vertices.shape(0), faces.data(), faces.shape(0));
    }
    return nb::make_tuple(std::array<double, 3>{b.lower[0], b.lower[1], b.lower[2]},
                          std::array<double, 3>{b.upper[0], b.upper[1], b.upper[2]}, b.unusable);
  }, "vertices_mm"_a, "faces"_a);
  m.def("filled", [](Voxels walls, bool from_above, bool from_below) {
    return to_numpy(c3po::filled(from_numpy(walls), from_above, from_below));
  }, "walls"_a, "from_above"_a = true, "from_below"_a = true, "The walls and all that a flood from outside cannot reach.");
  m.def("filled_layers", [](Voxels walls) { return to_numpy(c3po::filled_layers(from_numpy(walls))); }, "walls"_a,
        "Every layer with all that it encloses.");
  m.def("largest_piece", [](Voxels voxels) -> nb::object {
    const c3po::BitGrid grid = from_numpy(voxels);
    const std::vector<c3po::PlacedGrid> found = c3po::pieces(grid, {0, 0, 0}, 1, c3po::volume(grid) / 9 + 1);
    return found.empty() ? nb::none() : nb::object(nb::make_tuple(to_numpy(found[0].grid), found[0].lower));
  }, "voxels"_a, "The largest six-connected piece, cut out, and its lower corner in voxels; None where it is less than a ninth of all.");
}
