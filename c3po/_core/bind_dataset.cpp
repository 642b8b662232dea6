// The images of the data set: turned projections (Set I) and camera frames (Set II).
#include <cmath>
#include <vector>

#include "_core/bindings.hpp"
#include "_core/imaging/camera.hpp"
#include "_core/imaging/turned.hpp"

using namespace nb::literals;

namespace {

using Voxels = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::f_contig, nb::device::cpu>;
using Turns = nb::ndarray<const double, nb::shape<-1, 3, 3>, nb::c_contig, nb::device::cpu>;
using Heights = nb::ndarray<const std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Poses = nb::ndarray<const float, nb::shape<-1, 4>, nb::c_contig, nb::device::cpu>;
using Light = nb::ndarray<const float, nb::shape<3>, nb::c_contig, nb::device::cpu>;

template <typename T>
nb::ndarray<nb::numpy, T> owned(T* data, std::vector<std::size_t> shape) {
  nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
  return nb::ndarray<nb::numpy, T>(data, shape.size(), shape.data(), owner);
}

void check(const Voxels& voxels, int size_px) {
  if (size_px < 8 || size_px > 1024) throw nb::value_error("size_px must be 8 to 1024");
  if (voxels.shape(0) == 0 || voxels.shape(1) == 0 || voxels.shape(2) == 0 || voxels.size() > (std::size_t(1) << 30))
    throw nb::value_error("voxels must have 1 to 2**30 entries");
}

nb::ndarray<nb::numpy, float> turned_views(Voxels voxels, Turns turns, int size_px) {
  check(voxels, size_px);
  const std::size_t n = turns.shape(0), pixels = std::size_t(size_px) * size_px;
  float* images = new float[n * 3 * pixels + 1];
  {
    nb::gil_scoped_release unlocked;
    c3po::turned_views(voxels.data(), int(voxels.shape(0)), int(voxels.shape(1)), int(voxels.shape(2)), turns.data(),
                       int(n), size_px, images);
  }
  return owned(images, {n, 3, std::size_t(size_px), std::size_t(size_px)});
}

nb::ndarray<nb::numpy, std::uint8_t> camera_frames(Voxels voxels, Heights heights, Poses poses, int size_px,
                                                   float albedo, Light light, float noise, bool nozzle,
                                                   std::uint64_t seed) {
  check(voxels, size_px);
  const std::vector<int> rising(heights.data(), heights.data() + heights.size());
  for (std::size_t i = 1; i < rising.size(); ++i)
    if (rising[i] < rising[i - 1]) throw nb::value_error("heights must not fall");
  std::vector<c3po::CameraPose> views;
  for (std::size_t i = 0; i < poses.shape(0); ++i) {
    const float* p = poses.data() + 4 * i;
    for (int k = 0; k < 4; ++k)
      if (!std::isfinite(p[k])) throw nb::value_error("poses must be finite");
    views.push_back({p[0], p[1], p[2], p[3]});
  }
  const c3po::CameraScene scene{albedo, {light.data()[0], light.data()[1], light.data()[2]}, noise, nozzle, seed};
  std::uint8_t* frames = new std::uint8_t[views.size() * rising.size() * size_px * size_px + 1];
  {
    nb::gil_scoped_release unlocked;
    c3po::camera_frames(voxels.data(), int(voxels.shape(0)), int(voxels.shape(1)), int(voxels.shape(2)), rising, views,
                        scene, size_px, frames);
  }
  return owned(frames, {views.size(), rising.size(), std::size_t(size_px), std::size_t(size_px)});
}

}  // namespace

void bind_dataset(nb::module_& m) {
  m.def("turned_views", &turned_views, "voxels"_a, "turns"_a, "size_px"_a,
        "Thickness images float32 (n, 3, size_px, size_px) along z, y, x after each turn (float64 (n, 3, 3)).");
  m.def("camera_frames", &camera_frames, "voxels"_a, "heights"_a, "poses"_a, "size_px"_a, "albedo"_a, "light"_a,
        "noise"_a, "nozzle"_a, "seed"_a,
        "Grey frames uint8 (poses, heights, size_px, size_px); poses float32 (p, 4): azimuth, elevation, distance, gain.");
}
