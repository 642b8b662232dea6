// A frame adds to the one before it: only the layers between two heights are drawn, over a kept depth buffer. What was
// the top of the print stays in the buffer and is hidden later by the nearer surface of what grows above it.
#include "_core/imaging/camera.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace c3po {
namespace {

constexpr float kHalfView = 0.36f;  // tangent of half the opening angle, 40 degrees
constexpr float kBed = 42.f, kBedLine = 60.f, kBackdrop = 14.f, kHead = 70.f;

struct Vec {
  float x, y, z;
};
Vec operator-(Vec a, Vec b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
float dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Vec cross(Vec a, Vec b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
Vec unit(Vec a) {
  const float length = std::sqrt(dot(a, a));
  return length > 0 ? Vec{a.x / length, a.y / length, a.z / length} : Vec{0, 0, 1};
}

struct Random {  // splitmix64: the same numbers everywhere
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  float normal() {  // four 16-bit numbers added: variance 1/3 before scaling
    const std::uint64_t bits = next();
    const int sum = int(bits & 65535) + int(bits >> 16 & 65535) + int(bits >> 32 & 65535) + int(bits >> 48);
    return float(sum - 131070) * (1.7320508f / 65536.f);
  }
};

struct Spot {
  Vec at;
  float side, top;  // brightness as a side of the part, and while it is the top of the print
  bool surface;
};

struct Grid {
  const std::uint8_t* voxels;
  int nx, ny, nz;
  bool full(int x, int y, int z) const {
    return x >= 0 && y >= 0 && z >= 0 && x < nx && y < ny && z < nz && voxels[(std::size_t(z) * ny + y) * nx + x];
  }
};

float lit(const CameraScene& scene, Vec normal) {
  const float facing = std::max(0.f, dot(normal, {scene.light[0], scene.light[1], scene.light[2]}));
  return 255.f * scene.albedo * (0.30f + 0.12f * normal.z + 0.58f * facing);
}

// Spots of the voxels, layer by layer: begin[z] is where layer z starts.
std::vector<Spot> spots_of(const Grid& grid, const CameraScene& scene, std::vector<std::size_t>& begin) {
  std::vector<Spot> spots;
  const float top = lit(scene, {0, 0, 1});
  begin.assign(grid.nz + 1, 0);
  for (int z = 0; z < grid.nz; ++z) {
    begin[z] = spots.size();
    for (int y = 0; y < grid.ny; ++y)
      for (int x = 0; x < grid.nx; ++x) {
        if (!grid.full(x, y, z)) continue;
        Spot spot{{x + .5f, y + .5f, z + .5f}, top, top, false};
        spot.surface = !(grid.full(x - 1, y, z) && grid.full(x + 1, y, z) && grid.full(x, y - 1, z) &&
                         grid.full(x, y + 1, z) && grid.full(x, y, z - 1) && grid.full(x, y, z + 1));
        if (spot.surface) {
          Vec out{0, 0, 0};
          for (int dz = -1; dz <= 1; ++dz)
            for (int dy = -1; dy <= 1; ++dy)
              for (int dx = -1; dx <= 1; ++dx)
                if (!grid.full(x + dx, y + dy, z + dz)) out = {out.x + dx, out.y + dy, out.z + dz};
          spot.side = lit(scene, unit(out)) * (z & 1 ? 1.f : 0.94f);  // beads of neighbouring layers
        }
        spots.push_back(spot);
      }
  }
  begin[grid.nz] = spots.size();
  return spots;
}

struct Canvas {
  int size;
  std::vector<float> depth, grey;
  Vec eye, right, up, forward;
  float focal, extent;

  bool place(Vec at, float& column, float& row, float& distance) const {
    const Vec ray = at - eye;
    distance = dot(ray, forward);
    if (distance < 1e-3f * extent) return false;
    column = size * .5f + focal * dot(ray, right) / distance;
    row = size * .5f - focal * dot(ray, up) / distance;
    return true;
  }

  void draw(Vec at, float brightness) {
    float column, row, distance;
    if (!place(at, column, row, distance)) return;
    const float half = std::max(.5f, .75f * focal / distance);
    const int c0 = std::max(0, int(std::ceil(column - half - .5f))), c1 = std::min(size - 1, int(column + half - .5f));
    const int r0 = std::max(0, int(std::ceil(row - half - .5f))), r1 = std::min(size - 1, int(row + half - .5f));
    for (int r = r0; r <= r1; ++r)
      for (int c = c0; c <= c1; ++c) {
        const int pixel = r * size + c;
        if (distance <= depth[pixel]) {
          depth[pixel] = distance;
          grey[pixel] = brightness;
        }
      }
  }
};

Canvas canvas_of(const Grid& grid, const CameraPose& pose, int size) {
  Canvas canvas;
  canvas.size = size;
  canvas.extent = float(std::max({grid.nx, grid.ny, grid.nz}));
  const Vec middle{grid.nx * .5f, grid.ny * .5f, grid.nz * .45f};
  const float reach = pose.distance * canvas.extent, level = std::cos(pose.elevation_rad);
  canvas.eye = {middle.x + reach * level * std::cos(pose.azimuth_rad),
                middle.y + reach * level * std::sin(pose.azimuth_rad), middle.z + reach * std::sin(pose.elevation_rad)};
  canvas.forward = unit(middle - canvas.eye);
  canvas.right = unit(cross(canvas.forward, {0, 0, 1}));
  canvas.up = cross(canvas.right, canvas.forward);
  canvas.focal = size * .5f / kHalfView;
  canvas.depth.assign(std::size_t(size) * size, 1e30f);
  canvas.grey.resize(std::size_t(size) * size);
  const float half_bed = 1.4f * canvas.extent, step = .35f * canvas.extent;
  for (int r = 0; r < size; ++r)
    for (int c = 0; c < size; ++c) {
      const float u = (c + .5f - size * .5f) / canvas.focal, v = (size * .5f - r - .5f) / canvas.focal;
      const Vec ray{canvas.forward.x + u * canvas.right.x + v * canvas.up.x,
                    canvas.forward.y + u * canvas.right.y + v * canvas.up.y,
                    canvas.forward.z + u * canvas.right.z + v * canvas.up.z};
      float grey = kBackdrop + 8.f * r / size;
      if (ray.z < 0) {
        const float far = -canvas.eye.z / ray.z;
        const float x = canvas.eye.x + far * ray.x - middle.x, y = canvas.eye.y + far * ray.y - middle.y;
        if (std::fabs(x) < half_bed && std::fabs(y) < half_bed) {
          const float dx = std::fabs(std::remainder(x, step)), dy = std::fabs(std::remainder(y, step));
          grey = std::min(dx, dy) < .02f * canvas.extent ? kBedLine : kBed;
        }
      }
      canvas.grey[r * size + c] = grey;
    }
  return canvas;
}

// The head above its tip: a cone, then a block to the top of the image.
void draw_head(std::vector<float>& grey, int size, float column, float row) {
  const int tip = std::min(size - 1, int(row));
  for (int r = 0; r <= tip; ++r) {
    const float half = std::min(.03f * size + .5f * (row - r), .16f * size);
    const int c0 = std::max(0, int(column - half)), c1 = std::min(size - 1, int(column + half));
    for (int c = c0; c <= c1; ++c) grey[r * size + c] = kHead + 30.f * (c - column) / (half + 1.f);
  }
}

}  // namespace

void camera_frames(const std::uint8_t* voxels, int nx, int ny, int nz, const std::vector<int>& heights,
                   const std::vector<CameraPose>& poses, const CameraScene& scene, int size, std::uint8_t* frames) {
  const Grid grid{voxels, nx, ny, nz};
  std::vector<std::size_t> begin;
  const std::vector<Spot> spots = spots_of(grid, scene, begin);
  Random random{scene.seed};
  const std::size_t pixels = std::size_t(size) * size;
  std::vector<float> shown(pixels);
  for (const CameraPose& pose : poses) {
    Canvas canvas = canvas_of(grid, pose, size);
    int before = 0;
    for (const int wanted : heights) {
      const int height = std::clamp(wanted, 1, nz), crown = height - 1;
      for (std::size_t i = begin[std::max(0, before - 1)]; i < begin[crown]; ++i)
        if (spots[i].surface) canvas.draw(spots[i].at, spots[i].side);
      for (std::size_t i = begin[crown]; i < begin[height]; ++i) canvas.draw(spots[i].at, spots[i].top);
      before = height;
      shown = canvas.grey;
      const std::size_t n_crown = begin[height] - begin[crown];
      const std::uint64_t which = random.next();
      if (scene.nozzle && n_crown) {
        float column, row, distance;
        if (canvas.place(spots[begin[crown] + which % n_crown].at, column, row, distance))
          draw_head(shown, size, column, row);
      }
      for (std::size_t i = 0; i < pixels; ++i) {
        const float value = pose.gain * shown[i] + (scene.noise > 0 ? scene.noise * random.normal() : 0.f);
        frames[i] = std::uint8_t(std::clamp(value + .5f, 0.f, 255.f));
      }
      frames += pixels;
    }
  }
}

}  // namespace c3po
