#include "_core/imaging/views.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace c3po {

namespace {

constexpr double margin = 1.0 / 32;  // of the image, on each side

// The filled box of a solid, reduced to blocks of q^3 voxels: how many are filled, and where their middle lies.
struct Blocks {
  struct Block {
    float x, y, z, weight;
  };
  std::vector<Block> blocks;
};

struct Box {
  int lower[3], upper[3];
};

Box filled_box(const std::uint8_t* voxels, int nx, int ny, int nz) {
  Box box{{nx, ny, nz}, {0, 0, 0}};
  std::vector<std::uint8_t> plan(std::size_t(nx), std::uint8_t(0));
  for (int z = 0; z < nz; ++z)
    for (int y = 0; y < ny; ++y) {
      const std::uint8_t* row = voxels + (std::size_t(z) * ny + y) * nx;
      std::uint8_t any = 0;
      for (int x = 0; x < nx; ++x) {
        plan[x] |= row[x];
        any |= row[x];
      }
      if (!any) continue;
      box.lower[1] = std::min(box.lower[1], y);
      box.upper[1] = std::max(box.upper[1], y + 1);
      box.lower[2] = std::min(box.lower[2], z);
      box.upper[2] = std::max(box.upper[2], z + 1);
    }
  for (int x = 0; x < nx; ++x)
    if (plan[x]) {
      box.lower[0] = std::min(box.lower[0], x);
      box.upper[0] = std::max(box.upper[0], x + 1);
    }
  return box;
}

// Area weights of n voxels on size pixels; the longest extent fills the image but for the margin.
struct Resample {
  std::vector<int> first;       // pixel
  std::vector<float> low, high;  // share of the voxel that falls in it and in the next

  Resample(int n, double scale, int size, bool reverse) : first(n), low(n), high(n) {
    const double start = 0.5 * size - 0.5 * n * scale;
    for (int i = 0; i < n; ++i) {
      const double a = start + (reverse ? n - 1 - i : i) * scale;
      first[i] = int(std::floor(a));
      const double inside = std::min(scale, first[i] + 1 - a);
      low[i] = float(inside);
      high[i] = float(scale - inside);
    }
  }
};

// One image from a plan of thicknesses in voxels: columns run along u, rows against v.
void draw_plan(const std::vector<float>& plan, int nu, int nv, double scale, double longest, int size, float* image) {
  const int tall = size + 2;
  std::vector<float> wide(std::size_t(nv) * tall, 0), canvas(std::size_t(tall) * tall, 0);
  // Where a voxel is wider than a pixel it is cut into as many as fit, so that two pixels always suffice.
  const int cuts = std::max(1, int(std::ceil(scale)));
  const Resample across(nu * cuts, scale / cuts, size, false), down(nv * cuts, scale / cuts, size, true);
  for (int v = 0; v < nv; ++v)
    for (int u = 0; u < nu; ++u) {
      const float value = plan[std::size_t(v) * nu + u];
      if (value == 0) continue;
      for (int i = u * cuts; i < (u + 1) * cuts; ++i) {
        wide[std::size_t(v) * tall + across.first[i]] += value * across.low[i];
        wide[std::size_t(v) * tall + across.first[i] + 1] += value * across.high[i];
      }
    }
  for (int v = 0; v < nv; ++v)
    for (int i = v * cuts; i < (v + 1) * cuts; ++i) {
      float* upper = canvas.data() + std::size_t(down.first[i]) * tall;
      const float *row = wide.data() + std::size_t(v) * tall, low = down.low[i], high = down.high[i];
      for (int x = 0; x < tall; ++x) {
        upper[x] += row[x] * low;
        upper[x + tall] += row[x] * high;
      }
    }
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      image[y * size + x] = std::min(1.0f, float(canvas[std::size_t(y) * tall + x] / longest));
}

void draw_bed_views(const std::uint8_t* voxels, int nx, int ny, const Box& box, int size, float* images) {
  const int n[3] = {box.upper[0] - box.lower[0], box.upper[1] - box.lower[1], box.upper[2] - box.lower[2]};
  const int longest = std::max({n[0], n[1], n[2]});
  const double scale = size * (1 - 2 * margin) / longest;
  std::vector<float> along_x(std::size_t(n[1]) * n[2], 0), along_y(std::size_t(n[0]) * n[2], 0), along_z(std::size_t(n[0]) * n[1], 0);
  std::vector<std::uint16_t> sum_y(n[0]), sum_z(std::size_t(n[0]) * n[1], 0);
  for (int z = 0; z < n[2]; ++z) {
    std::fill(sum_y.begin(), sum_y.end(), 0);
    for (int y = 0; y < n[1]; ++y) {
      const std::uint8_t* row = voxels + (std::size_t(z + box.lower[2]) * ny + y + box.lower[1]) * nx + box.lower[0];
      std::uint16_t* plan = sum_z.data() + std::size_t(y) * n[0];
      unsigned sum = 0;
      for (int x = 0; x < n[0]; ++x) {
        sum += row[x];
        sum_y[x] = std::uint16_t(sum_y[x] + row[x]);
        plan[x] = std::uint16_t(plan[x] + row[x]);
      }
      along_x[std::size_t(z) * n[1] + y] = float(sum);
    }
    for (int x = 0; x < n[0]; ++x) along_y[std::size_t(z) * n[0] + x] = sum_y[x];
  }
  for (std::size_t i = 0; i < sum_z.size(); ++i) along_z[i] = sum_z[i];
  const std::size_t area = std::size_t(size) * size;
  draw_plan(along_x, n[1], n[2], scale, longest, size, images);
  draw_plan(along_y, n[0], n[2], scale, longest, size, images + area);
  draw_plan(along_z, n[0], n[1], scale, longest, size, images + 2 * area);
}

// Blocks of q^3 voxels; a block's place is the middle of what is filled in it.
Blocks reduced(const std::uint8_t* voxels, int nx, int ny, const Box& box, int q) {
  const int n[3] = {box.upper[0] - box.lower[0], box.upper[1] - box.lower[1], box.upper[2] - box.lower[2]};
  const int bx = (n[0] + q - 1) / q, by = (n[1] + q - 1) / q, bz = (n[2] + q - 1) / q;
  Blocks result;
  std::vector<std::uint32_t> count(std::size_t(bx) * by), sx(count.size()), sy(count.size()), sz(count.size());
  for (int block_z = 0; block_z < bz; ++block_z) {
    std::fill(count.begin(), count.end(), 0);
    std::fill(sx.begin(), sx.end(), 0);
    std::fill(sy.begin(), sy.end(), 0);
    std::fill(sz.begin(), sz.end(), 0);
    for (int z = block_z * q; z < std::min(n[2], block_z * q + q); ++z)
      for (int y = 0; y < n[1]; ++y) {
        const std::uint8_t* row = voxels + (std::size_t(z + box.lower[2]) * ny + y + box.lower[1]) * nx + box.lower[0];
        const std::size_t base = std::size_t(y / q) * bx;
        for (int b = 0; b < bx; ++b) {
          unsigned filled = 0, moment = 0;
          for (int x = b * q; x < std::min(n[0], b * q + q); ++x) {
            filled += row[x];
            moment += row[x] ? unsigned(x - b * q) : 0;
          }
          count[base + b] += filled;
          sx[base + b] += moment;
          sy[base + b] += filled * unsigned(y % q);
          sz[base + b] += filled * unsigned(z - block_z * q);
        }
      }
    for (int j = 0; j < by; ++j)
      for (int i = 0; i < bx; ++i) {
        const std::size_t at = std::size_t(j) * bx + i;
        if (count[at] == 0) continue;
        const float w = float(count[at]);
        result.blocks.push_back({i * q + 0.5f + sx[at] / w, j * q + 0.5f + sy[at] / w, block_z * q + 0.5f + sz[at] / w, w});
      }
  }
  return result;
}

// Eigenvectors of a symmetric 3 x 3 matrix by Jacobi rotations, rows of axes by falling eigenvalue.
void eigenvectors(double a[3][3], double axes[3][3]) {
  double v[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  for (int sweep = 0; sweep < 32; ++sweep) {
    const double off = a[0][1] * a[0][1] + a[0][2] * a[0][2] + a[1][2] * a[1][2];
    const double trace = a[0][0] + a[1][1] + a[2][2];
    if (off <= 1e-24 * trace * trace) break;
    for (int p = 0; p < 2; ++p)
      for (int q = p + 1; q < 3; ++q) {
        if (a[p][q] == 0) continue;
        const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const double t = (theta >= 0 ? 1 : -1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (int k = 0; k < 3; ++k) {
          const double x = a[k][p], y = a[k][q];
          a[k][p] = c * x - s * y;
          a[k][q] = s * x + c * y;
        }
        for (int k = 0; k < 3; ++k) {
          const double x = a[p][k], y = a[q][k];
          a[p][k] = c * x - s * y;
          a[q][k] = s * x + c * y;
          const double vx = v[k][p], vy = v[k][q];
          v[k][p] = c * vx - s * vy;
          v[k][q] = s * vx + c * vy;
        }
      }
  }
  int order[3] = {0, 1, 2};
  std::sort(order, order + 3, [&](int i, int j) { return a[i][i] > a[j][j]; });
  for (int i = 0; i < 3; ++i)
    for (int k = 0; k < 3; ++k) axes[i][k] = v[k][order[i]];
}

// Principal axes of the blocks, each pointing to its longer tail (third moment at least 0).
void principal_axes(const Blocks& reduced, double middle[3], double axes[3][3]) {
  double total = 0, sum[3] = {0, 0, 0}, a[3][3] = {};
  for (const auto& b : reduced.blocks) {
    total += b.weight;
    sum[0] += b.weight * b.x;
    sum[1] += b.weight * b.y;
    sum[2] += b.weight * b.z;
  }
  for (int k = 0; k < 3; ++k) middle[k] = sum[k] / total;
  for (const auto& b : reduced.blocks) {
    const double d[3] = {b.x - middle[0], b.y - middle[1], b.z - middle[2]};
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j <= i; ++j) a[i][j] += b.weight * d[i] * d[j];
  }
  const double trace = a[0][0] + a[1][1] + a[2][2];
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < i; ++j) a[j][i] = a[i][j];
    a[i][i] += 1e-4 * (2 - i) * trace;  // equal variances: the axes of the bed
  }
  eigenvectors(a, axes);
  double third[3] = {0, 0, 0};
  for (const auto& b : reduced.blocks)
    for (int i = 0; i < 3; ++i) {
      const double d = (b.x - middle[0]) * axes[i][0] + (b.y - middle[1]) * axes[i][1] + (b.z - middle[2]) * axes[i][2];
      third[i] += b.weight * d * d * d;
    }
  for (int i = 0; i < 3; ++i) {
    const int main = int(std::max_element(axes[i], axes[i] + 3, [](double p, double q) { return std::fabs(p) < std::fabs(q); }) - axes[i]);
    const double scale = std::pow(trace / total, 1.5) * total;
    const bool flip = std::fabs(third[i]) > 1e-4 * scale ? third[i] < 0 : axes[i][main] < 0;
    for (int k = 0; k < 3 && flip; ++k) axes[i][k] = -axes[i][k];
  }
}

// Spreads a weight evenly over a square of pixels around (x, y). A square as wide as the blocks lie apart leaves no
// pattern of theirs in the image.
void splat(float* canvas, int tall, float x, float y, float wide, float weight) {
  const float left = x - 0.5f * wide, top = y - 0.5f * wide, per = 1 / wide;
  const int column = int(left), row = int(top);
  float* at = canvas + std::size_t(row) * tall + column;
  if (wide <= 1) {
    const float fx = std::max(0.0f, left + wide - float(column + 1)) * per, fy = std::max(0.0f, top + wide - float(row + 1)) * per;
    const float upper = weight * (1 - fy), lower = weight * fy;
    at[0] += upper * (1 - fx);
    at[1] += upper * fx;
    at[tall] += lower * (1 - fx);
    at[tall + 1] += lower * fx;
    return;
  }
  for (int j = row; float(j) < top + wide; ++j) {
    const float share = weight * per * per * (std::min(top + wide, float(j + 1)) - std::max(top, float(j)));
    for (int i = column; float(i) < left + wide; ++i)
      canvas[std::size_t(j) * tall + i] += share * (std::min(left + wide, float(i + 1)) - std::max(left, float(i)));
  }
}

void draw_axis_views(const Blocks& reduced, int q, int size, float* images) {
  double middle[3], axes[3][3];
  principal_axes(reduced, middle, axes);
  const std::size_t n = reduced.blocks.size();
  std::vector<float> place[3];
  float low[3], high[3];
  for (int i = 0; i < 3; ++i) {
    place[i].resize(n);
    const float ax = float(axes[i][0]), ay = float(axes[i][1]), az = float(axes[i][2]);
    const float at = float(middle[0] * ax + middle[1] * ay + middle[2] * az);
    low[i] = 1e9f;
    high[i] = -1e9f;
    for (std::size_t k = 0; k < n; ++k) {
      const auto& b = reduced.blocks[k];
      const float d = b.x * ax + b.y * ay + b.z * az - at;
      place[i][k] = d;
      low[i] = std::min(low[i], d);
      high[i] = std::max(high[i], d);
    }
    const float half = 0.5f * (std::fabs(ax) + std::fabs(ay) + std::fabs(az));  // of one voxel
    low[i] -= half;
    high[i] += half;
  }
  const float longest = std::max({high[0] - low[0], high[1] - low[1], high[2] - low[2]});
  const float scale = float(size * (1 - 2 * margin)) / longest;
  const float to_value = scale * scale / longest;  // voxels in a pixel to thickness over the longest extent
  const float wide = float(q) * scale;
  const int tall = size + 2;
  std::vector<float> canvas(std::size_t(tall) * tall);
  for (int w = 0; w < 3; ++w) {
    const int u = w == 0 ? 1 : 0, v = w == 2 ? 1 : 2;
    std::fill(canvas.begin(), canvas.end(), 0.0f);
    // The canvas has one pixel more on each side.
    const float shift_u = 0.5f * size - 0.5f * (low[u] + high[u]) * scale + 1;
    const float shift_v = 0.5f * size + 0.5f * (low[v] + high[v]) * scale + 1;
    for (std::size_t k = 0; k < n; ++k)
      splat(canvas.data(), tall, place[u][k] * scale + shift_u, shift_v - place[v][k] * scale, wide, reduced.blocks[k].weight);
    float* image = images + std::size_t(w) * size * size;
    for (int y = 0; y < size; ++y)
      for (int x = 0; x < size; ++x)
        image[y * size + x] = std::min(1.0f, canvas[std::size_t(y + 1) * tall + x + 1] * to_value);
  }
}

}  // namespace

void view_stack(const std::uint8_t* voxels, int nx, int ny, int nz, int size, float* images) {
  std::fill(images, images + std::size_t(6) * size * size, 0.0f);
  const Box box = filled_box(voxels, nx, ny, nz);
  if (box.upper[0] == 0) return;
  const int longest = std::max({box.upper[0] - box.lower[0], box.upper[1] - box.lower[1], box.upper[2] - box.lower[2]});
  draw_bed_views(voxels, nx, ny, box, size, images);
  const int q = std::max(1, int(longest / (size * (1 - 2 * margin))));
  draw_axis_views(reduced(voxels, nx, ny, box, q), q, size, images + std::size_t(3) * size * size);
}

}  // namespace c3po
