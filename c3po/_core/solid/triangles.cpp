// A mesh as voxels: the surface exactly, the inside by signed winding along three axes.
#include <algorithm>
#include <cmath>

#include "_core/solid/grid.hpp"
#include "_core/solid/material.hpp"

namespace c3po {

namespace {

constexpr double touch = 1e-6;                // a corner on the border of two voxels belongs to the upper one
constexpr std::int64_t max_cells = 8000000;  // of the dense box of one mesh; the pitch doubles until it fits

struct Point {
  double x[3];
};

// A convex polygon of up to 3 + 4 corners, cut by planes across one axis.
struct Polygon {
  Point corners[9];
  int n = 0;

  // The part on the side where sign * (coordinate - at) >= 0.
  Polygon cut(int axis, double at, double sign) const {
    Polygon kept;
    for (int i = 0; i < n; ++i) {
      const Point &a = corners[i], &b = corners[i + 1 == n ? 0 : i + 1];
      const double da = sign * (a.x[axis] - at), db = sign * (b.x[axis] - at);
      if (da >= 0) kept.corners[kept.n++] = a;
      if ((da < 0) == (db < 0) || kept.n >= 8) continue;
      const double t = da / (da - db);
      Point& middle = kept.corners[kept.n++];
      for (int k = 0; k < 3; ++k) middle.x[k] = a.x[k] + t * (b.x[k] - a.x[k]);
      middle.x[axis] = at;
    }
    return kept;
  }

  void range(int axis, double& low, double& high) const {
    low = high = corners[0].x[axis];
    for (int i = 1; i < n; ++i) {
      low = std::min(low, corners[i].x[axis]);
      high = std::max(high, corners[i].x[axis]);
    }
  }
};

// Coordinates here are at least 0, so that cutting off is rounding down.
int cell(double coordinate) { return int(coordinate + touch); }
int first_centre(double coordinate) { return int(coordinate + 0.5 - 1e-12); }  // the first cell whose centre is not below

// The triangles of a mesh by number; without faces every three vertices are one.
struct Faces {
  const double* vertices;
  std::size_t n_vertices;
  const std::int32_t* faces;

  // False when a vertex does not exist or lies beyond 1000 km.
  bool get(std::size_t i, Point corners[3]) const {
    for (std::size_t corner = 0; corner < 3; ++corner) {
      const std::size_t index = faces == nullptr ? 3 * i + corner : std::size_t(std::int64_t(faces[3 * i + corner]));
      if (index >= n_vertices) return false;
      for (int k = 0; k < 3; ++k) {
        corners[corner].x[k] = vertices[index * 3 + k];
        if (!(std::fabs(corners[corner].x[k]) <= 1e9)) return false;
      }
    }
    return true;
  }
};

// Every voxel that the triangle touches: cut into rows, the rows into columns, each column's depth marked.
void mark_surface(BitGrid& grid, const Point corners[3]) {
  double low[3], high[3];
  int from[3], to[3], borders = 0;
  for (int k = 0; k < 3; ++k) {
    low[k] = std::min({corners[0].x[k], corners[1].x[k], corners[2].x[k]});
    high[k] = std::max({corners[0].x[k], corners[1].x[k], corners[2].x[k]});
    from[k] = cell(low[k]);
    to[k] = cell(high[k]);
    borders += to[k] - from[k];
  }
  if (borders <= 1) {  // one voxel or two, both touched
    grid.set(from[0], from[1], from[2]);
    return grid.set(to[0], to[1], to[2]);
  }
  Polygon triangle;
  triangle.n = 3;
  std::copy(corners, corners + 3, triangle.corners);
  // x is marked as a span, so that a row of the grid costs one step; y and z are walked.
  if (from[1] == to[1] && from[2] == to[2]) return grid.set_span(from[0], to[0], from[1], from[2]);
  const bool flat_x = from[0] == to[0];
  for (int z = from[2]; z <= to[2]; ++z) {
    Polygon slab = triangle;
    if (z > from[2]) slab = slab.cut(2, z, 1);
    if (z < to[2]) slab = slab.cut(2, z + 1, -1);
    if (slab.n == 0) continue;
    double y_low, y_high;
    slab.range(1, y_low, y_high);
    const int y0 = cell(y_low), y1 = cell(y_high);
    for (int y = y0; y <= y1; ++y) {
      Polygon row = slab;
      if (!flat_x) {
        if (y > y0) row = row.cut(1, y, 1);
        if (y < y1) row = row.cut(1, y + 1, -1);
        if (row.n == 0) continue;
      }
      double x_low, x_high;
      row.range(0, x_low, x_high);
      grid.set_span(cell(x_low), cell(x_high), y, z);
    }
  }
}

// Where the edge meets row v, the same number for both triangles that share the edge.
double crossing(const Point& a, const Point& b, int u, int v, double at) {
  const bool swap = b.x[v] < a.x[v] || (b.x[v] == a.x[v] && b.x[u] < a.x[u]);
  const Point &p = swap ? b : a, &q = swap ? a : b;
  return p.x[u] + (at - p.x[v]) / (q.x[v] - p.x[v]) * (q.x[u] - p.x[u]);
}

// Signed crossings of all lines through voxel centres along one axis: counts[(cell of w) * columns + column].
struct Lines {
  int w, u, v, nw, nu, nv;
  std::vector<std::int16_t> counts;

  Lines(int axis, const int n[3]) : w(axis), u((axis + 1) % 3), v((axis + 2) % 3), nw(n[w]), nu(n[u]), nv(n[v]) {
    counts.assign(std::size_t(nw + 1) * nu * nv, 0);
  }

  void add(const Point c[3]) {
    const double v_low = std::min({c[0].x[v], c[1].x[v], c[2].x[v]}), v_high = std::max({c[0].x[v], c[1].x[v], c[2].x[v]});
    const int v0 = first_centre(v_low), v1 = first_centre(v_high);  // centres in [low, high)
    if (v0 >= v1) return;
    const double w_low = std::min({c[0].x[w], c[1].x[w], c[2].x[w]}), w_high = std::max({c[0].x[w], c[1].x[w], c[2].x[w]});
    const double ux = c[1].x[u] - c[0].x[u], uy = c[1].x[v] - c[0].x[v], uz = c[1].x[w] - c[0].x[w];
    const double vx = c[2].x[u] - c[0].x[u], vy = c[2].x[v] - c[0].x[v], vz = c[2].x[w] - c[0].x[w];
    const double area = ux * vy - uy * vx;
    if (area == 0) return;
    const double du = (uz * vy - uy * vz) / area, dv = (ux * vz - uz * vx) / area;
    for (int row = v0; row < v1; ++row) {
      const double at = row + 0.5;
      double ends[3];
      int signs[3], found = 0;
      for (int i = 0; i < 3; ++i) {
        const Point &a = c[i], &b = c[i == 2 ? 0 : i + 1];
        if ((a.x[v] <= at) == (b.x[v] <= at)) continue;
        signs[found] = a.x[v] <= at ? 1 : -1;
        ends[found++] = crossing(a, b, u, v, at);
      }
      if (found != 2) continue;
      // An edge that rises in v is the right end of a triangle that turns left.
      const int right = signs[0] > 0 ? 0 : 1;
      const int c0 = first_centre(ends[1 - right]), c1 = first_centre(ends[right]);
      const int step = c0 < c1 ? 1 : -1;
      for (int column = std::min(c0, c1); column < std::max(c0, c1); ++column) {
        const double depth = c[0].x[w] + (column + 0.5 - c[0].x[u]) * du + (at - c[0].x[v]) * dv;
        // Not a number, on the thinnest slivers, falls to the low end.
        const int index = first_centre(depth >= w_low ? std::min(depth, w_high) : w_low);
        if (column < 0 || column >= nu || row >= nv || row < 0) continue;
        counts[(std::size_t(std::min(std::max(index, 0), nw)) * nv + row) * nu + column] += std::int16_t(step);
      }
    }
  }

  // Votes +1 for each voxel around which the surface winds, -1 for the others, on lines that come out again.
  void vote(std::vector<std::int8_t>& votes, const int n[3], std::uint64_t& open, std::uint64_t& crossed) {
    const std::size_t columns = std::size_t(nu) * nv;
    std::vector<std::int16_t> sum(columns, 0);
    std::vector<char> touched(columns, 0);
    for (int k = 0; k <= nw; ++k)
      for (std::size_t i = 0; i < columns; ++i) {
        sum[i] = std::int16_t(sum[i] + counts[k * columns + i]);
        touched[i] |= counts[k * columns + i] != 0;
      }
    std::vector<char> closed(columns);
    for (std::size_t i = 0; i < columns; ++i) {
      closed[i] = sum[i] == 0;
      crossed += touched[i];
      open += sum[i] != 0;
      sum[i] = 0;
    }
    const std::size_t stride[3] = {1, std::size_t(n[0]), std::size_t(n[0]) * n[1]};
    for (int k = 0; k < nw; ++k)
      for (int row = 0; row < nv; ++row)
        for (int column = 0; column < nu; ++column) {
          const std::size_t i = std::size_t(row) * nu + column;
          sum[i] = std::int16_t(sum[i] + counts[k * columns + i]);
          if (closed[i]) votes[k * stride[w] + column * stride[u] + row * stride[v]] += sum[i] != 0 ? 1 : -1;
        }
  }
};

}  // namespace

MeshBounds mesh_bounds(const double* vertices, std::size_t n_vertices, const std::int32_t* faces, std::size_t n_faces) {
  MeshBounds bounds;
  Faces all{vertices, n_vertices, faces};
  Point corners[3];
  for (std::size_t i = 0; i < n_faces; ++i) {
    if (!all.get(i, corners)) {
      ++bounds.unusable;
      continue;
    }
    for (int k = 0; k < 3; ++k) {
      bounds.lower[k] = std::min({bounds.lower[k], corners[0].x[k], corners[1].x[k], corners[2].x[k]});
      bounds.upper[k] = std::max({bounds.upper[k], corners[0].x[k], corners[1].x[k], corners[2].x[k]});
    }
  }
  return bounds;
}

void Material::add_mesh(const double* vertices, std::size_t n_vertices, const std::int32_t* faces, std::size_t n_faces) {
  const MeshBounds bounds = mesh_bounds(vertices, n_vertices, faces, n_faces);
  dropped_ += bounds.unusable;
  if (bounds.unusable == n_faces) return;
  int first[3], size[3];
  for (;;) {  // a box too large for the grid is met by a coarser one
    std::int64_t cells = 1;
    for (int k = 0; k < 3; ++k) {
      const double a = std::floor((bounds.lower[k] - origin_mm_[k]) / pitch_mm_ + touch);
      const double b = std::floor((bounds.upper[k] - origin_mm_[k]) / pitch_mm_ + touch);
      cells = b - a < 1e6 && std::fabs(a) < 8e6 ? cells * std::int64_t(b - a + 1) : max_cells + 1;
      if (cells > max_cells) break;
      first[k] = int(a);
      size[k] = int(b - a) + 1;
    }
    if (cells <= max_cells) break;
    coarsen();
  }
  BitGrid grid(size[0], size[1], size[2]);
  Lines lines[3] = {Lines(0, size), Lines(1, size), Lines(2, size)};
  const Faces all{vertices, n_vertices, faces};
  const double scale = 1 / pitch_mm_;
  Point corners[3];
  for (std::size_t i = 0; i < n_faces; ++i) {
    if (!all.get(i, corners)) continue;
    for (Point& corner : corners)
      for (int k = 0; k < 3; ++k) corner.x[k] = std::max(0.0, (corner.x[k] - origin_mm_[k]) * scale - first[k]);
    mark_surface(grid, corners);
    for (Lines& axis : lines) axis.add(corners);
  }
  std::vector<std::int8_t> votes(std::size_t(size[0]) * size[1] * size[2], 0);
  for (Lines& axis : lines) axis.vote(votes, size, open_lines_, crossed_lines_);
  std::size_t at = 0;
  for (int z = 0; z < size[2]; ++z)
    for (int y = 0; y < size[1]; ++y) {
      std::uint64_t* row = grid.row(y, z);
      for (int x = 0; x < size[0]; ++x) row[x >> 6] |= std::uint64_t(votes[at++] > 0) << (x & 63);
      for (int x = 0; x < size[0];) {
        if (!grid.get(x, y, z)) {
          ++x;
          continue;
        }
        int end = x;
        while (end + 1 < size[0] && grid.get(end + 1, y, z)) ++end;
        maps_.part.set_row(x + first[0], end + first[0], y + first[1], RowSpan(z + first[2], z + first[2]), plain);
        x = end + 1;
      }
    }
  if (maps_.size() > max_bricks_) coarsen();
}

}  // namespace c3po
