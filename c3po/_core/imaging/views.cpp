#include "_core/imaging/views.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "_core/imaging/canvas.hpp"
#include "_core/imaging/plans.hpp"
#include "_core/imaging/principal.hpp"
#include "_core/imaging/volume.hpp"

namespace c3po {

namespace {

// Shares of n cells in pixels: each cell lies in two pixels at most, once it is cut to less than a pixel.
struct Shares {
  int cuts;
  std::vector<int> first;
  std::vector<float> low, high;

  Shares(int n, double scale, int size, bool reverse) : cuts(std::max(1, int(std::ceil(scale)))) {
    const double piece = scale / cuts, start = 0.5 * size - 0.5 * n * scale;
    for (int i = 0; i < n * cuts; ++i) {
      const double at = start + (reverse ? n * cuts - 1 - i : i) * piece;
      first.push_back(int(std::floor(at)));
      const double inside = std::min(piece, first.back() + 1 - at);
      low.push_back(float(inside));
      high.push_back(float(piece - inside));
    }
  }
};

// One image from a plan of thicknesses in cells, by area: columns run along u, rows against v.
void draw_plan(const std::vector<float>& plan, int nu, int nv, double scale, double longest, int size, float* image) {
  const int tall = size + 2;
  const Shares across(nu, scale, size, false), down(nv, scale, size, true);
  std::vector<float> row(std::size_t(tall), 0.0f), canvas(std::size_t(tall) * tall, 0.0f);
  for (int v = 0; v < nv; ++v) {
    std::fill(row.begin(), row.end(), 0.0f);
    for (int u = 0; u < nu; ++u) {
      const float value = plan[std::size_t(v) * nu + u];
      if (value == 0) continue;
      for (int i = u * across.cuts; i < (u + 1) * across.cuts; ++i) {
        row[std::size_t(across.first[i])] += value * across.low[i];
        row[std::size_t(across.first[i]) + 1] += value * across.high[i];
      }
    }
    for (int i = v * down.cuts; i < (v + 1) * down.cuts; ++i) {
      float* upper = canvas.data() + std::size_t(down.first[i]) * tall;
      for (int x = 0; x < tall; ++x) {
        upper[x] += row[x] * down.low[i];
        upper[x + tall] += row[x] * down.high[i];
      }
    }
  }
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) image[y * size + x] = std::min(1.0f, float(canvas[std::size_t(y) * tall + x] / longest));
}

void draw_bed_views(const Volume& volume, const Plans& plans, int size, float* images) {
  const int longest = std::max({volume.nx, volume.ny, volume.nz});
  const double scale = size * (1 - 2 * view_margin) / longest;
  const std::size_t area = std::size_t(size) * size;
  draw_plan(plans.along_x, volume.ny, volume.nz, scale, longest, size, images);
  draw_plan(plans.along_y, volume.nx, volume.nz, scale, longest, size, images + area);
  draw_plan(plans.along_z, volume.nx, volume.ny, scale, longest, size, images + 2 * area);
}

// Least and greatest distance of filled cells along the axes of a frame, from the ends of the rows.
void extents(const Volume& volume, const Frame& frame, double low[3], double high[3]) {
  std::fill(low, low + 3, 1e30);
  std::fill(high, high + 3, -1e30);
  for (int z = 0; z < volume.nz; ++z)
    for (int y = 0; y < volume.ny; ++y) {
      const std::uint8_t* row = volume.row(y, z);
      int first = 0, last = volume.nx - 1;
      while (first <= last && row[first] == 0) ++first;
      if (first > last) continue;
      while (row[last] == 0) --last;
      for (int i = 0; i < 3; ++i) {
        const double* axis = frame.axes[i];
        const double base = (y + 0.5 - frame.middle[1]) * axis[1] + (z + 0.5 - frame.middle[2]) * axis[2];
        const double a = base + (first + 0.5 - frame.middle[0]) * axis[0], b = base + (last + 0.5 - frame.middle[0]) * axis[0];
        low[i] = std::min({low[i], a, b});
        high[i] = std::max({high[i], a, b});
      }
    }
  for (int i = 0; i < 3; ++i) {  // from the middle of a cell to its corner
    const double half = 0.5 * (std::fabs(frame.axes[i][0]) + std::fabs(frame.axes[i][1]) + std::fabs(frame.axes[i][2]));
    low[i] -= half;
    high[i] += half;
  }
}

// A box summed along a slanted axis w, onto the plane of its first two axes: slice by slice, each shifted by whole
// cells to where the line of sight through it meets the plane.
struct Sheared {
  int nx, ny, shift_x, shift_y;  // the sum, and where cell 0 of the first slice lies in it
  std::vector<std::uint16_t> sums;

  Sheared(const Volume& box, double slope_x, double slope_y) {
    const int far_x = int(std::lround(slope_x * (box.nz - 1))), far_y = int(std::lround(slope_y * (box.nz - 1)));
    shift_x = std::max(0, far_x);
    shift_y = std::max(0, far_y);
    nx = box.nx + std::abs(far_x);
    ny = box.ny + std::abs(far_y);
    sums.assign(std::size_t(nx) * ny, std::uint16_t(0));
    for (int z = 0; z < box.nz; ++z) {
      const int dx = shift_x - int(std::lround(slope_x * z)), dy = shift_y - int(std::lround(slope_y * z));
      for (int y = 0; y < box.ny; ++y) {
        const std::uint8_t* row = box.row(y, z);
        std::uint16_t* into = sums.data() + std::size_t(y + dy) * nx + dx;
        for (int x = 0; x < box.nx; ++x) into[x] = std::uint16_t(into[x] + row[x]);
      }
    }
  }
};

struct AxisView {
  const double *u, *v, *w;  // rows of the frame
  double scale, middle_u, middle_v;
};

// One view along w. order: which axes of the part are x, y, z of the box; the box's z is nearest to w.
void draw_axis_view(const Volume& box, const int order[3], const Frame& frame, const AxisView& view, int size, float* image,
                    float to_value) {
  const double deep = view.w[order[2]];
  const Sheared sheared(box, view.w[order[0]] / deep, view.w[order[1]] / deep);
  const double ux = view.u[order[0]], uy = view.u[order[1]], vx = view.v[order[0]], vy = view.v[order[1]];
  // Cell (0, 0) of the sum, as a place of the first slice, along u and v.
  const double at[3] = {0.5 - sheared.shift_x - frame.middle[order[0]], 0.5 - sheared.shift_y - frame.middle[order[1]],
                        0.5 - frame.middle[order[2]]};
  const double u0 = at[0] * ux + at[1] * uy + at[2] * view.u[order[2]] - view.middle_u;
  const double v0 = at[0] * vx + at[1] * vy + at[2] * view.v[order[2]] - view.middle_v;
  const int q = std::max(1, int(0.7 / view.scale));  // cells are laid on the image in blocks of q x q
  const float wide = float(q * view.scale), half = 0.5f * float(size);
  Canvas canvas(size);
  for (int y = 0; y < sheared.ny; y += q)
    for (int x = 0; x < sheared.nx; x += q) {
      std::uint32_t mass = 0, mass_x = 0, mass_y = 0;
      for (int j = y; j < std::min(y + q, sheared.ny); ++j)
        for (int i = x; i < std::min(x + q, sheared.nx); ++i) {
          const std::uint32_t sum = sheared.sums[std::size_t(j) * sheared.nx + i];
          mass += sum;
          mass_x += sum * std::uint32_t(i - x);
          mass_y += sum * std::uint32_t(j - y);
        }
      if (mass == 0) continue;
      const double px = x + double(mass_x) / mass, py = y + double(mass_y) / mass;
      canvas.splat(half + float((u0 + px * ux + py * uy) * view.scale), half - float((v0 + px * vx + py * vy) * view.scale), wide,
                   float(mass));
    }
  canvas.write(to_value, image);
}

void draw_axis_views(const Volume& volume, const Plans& plans, double cell_mass, int size, float* images) {
  const Frame frame = principal_frame(volume, plans);
  double low[3], high[3];
  extents(volume, frame, low, high);
  const double longest = std::max({high[0] - low[0], high[1] - low[1], high[2] - low[2]});
  const double scale = size * (1 - 2 * view_margin) / longest;
  Volume turned;
  for (int w = 0; w < 3; ++w) {
    const int u = w == 0 ? 1 : 0, v = w == 2 ? 1 : 2;
    const double* axis = frame.axes[w];
    const AxisView view{frame.axes[u], frame.axes[v], axis, scale, 0.5 * (low[u] + high[u]), 0.5 * (low[v] + high[v])};
    const float to_value = float(scale * scale / longest / cell_mass);
    float* image = images + std::size_t(w) * size * size;
    const double ax = std::fabs(axis[0]), ay = std::fabs(axis[1]), az = std::fabs(axis[2]);
    if (az >= ax && az >= ay) {
      const int order[3] = {0, 1, 2};
      draw_axis_view(volume, order, frame, view, size, image, to_value);
    } else if (ay >= ax) {
      const int order[3] = {0, 2, 1};
      draw_axis_view(z_before_y(volume), order, frame, view, size, image, to_value);
    } else {
      if (turned.nx == 0) turned = x_slowest(volume);
      const int order[3] = {1, 2, 0};
      draw_axis_view(turned, order, frame, view, size, image, to_value);
    }
  }
}

}  // namespace

void view_stack(const std::uint8_t* voxels, int nx, int ny, int nz, int size, float* images) {
  std::fill(images, images + std::size_t(6) * size * size, 0.0f);
  Volume volume = cropped(voxels, nx, ny, nz);
  if (volume.nx == 0) return;
  Plans plans = plans_of(volume);
  draw_bed_views(volume, plans, size, images);
  // Along slanted axes not quite two cells a pixel suffice.
  double cell_mass = 1;
  while (std::max({volume.nx, volume.ny, volume.nz}) >= 3.4 * size && cell_mass < 64) {
    volume = halved(volume);
    cell_mass *= 8;
  }
  if (cell_mass > 1) plans = plans_of(volume);
  draw_axis_views(volume, plans, cell_mass, size, images + std::size_t(3) * size * size);
}

}  // namespace c3po
