#include "_core/bindings.hpp"
#include "_core/imaging/views.hpp"

using namespace nb::literals;

void bind_imaging(nb::module_& m) {
  using Voxels = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::f_contig, nb::device::cpu>;
  m.def(
      "view_stack",
      [](Voxels voxels, int size_px) {  // uint8 (nx, ny, nz), x fastest, 0 or 1
        if (size_px < 4 || size_px > 1024) throw nb::value_error("size_px must be 4 to 1024");
        for (std::size_t axis = 0; axis < 3; ++axis)
          if (voxels.shape(axis) > 1000) throw nb::value_error("voxels must be at most 1000 along each side");
        float* images = new float[std::size_t(6) * size_px * size_px];
        nb::capsule owner(images, [](void* p) noexcept { delete[] static_cast<float*>(p); });
        {
          nb::gil_scoped_release unlocked;
          c3po::view_stack(voxels.data(), int(voxels.shape(0)), int(voxels.shape(1)), int(voxels.shape(2)), size_px, images);
        }
        const std::size_t shape[3] = {6, std::size_t(size_px), std::size_t(size_px)};
        return nb::ndarray<nb::numpy, float>(images, 3, shape, owner);
      },
      "voxels"_a, "size_px"_a, "Thickness images float32 (6, size_px, size_px): along x, y, z, then the principal axes.");
}
