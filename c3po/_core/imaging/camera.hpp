// What a camera beside the printer would see while a solid grows: pinhole frames by splatting surface voxels.
#pragma once
#include <cstdint>
#include <vector>

namespace c3po {

struct CameraPose {
  float azimuth_rad, elevation_rad;  // around the z axis, above the bed
  float distance;                    // of the eye from the middle of the part, in longest extents of it
  float gain;                        // exposure
};

struct CameraScene {
  float albedo;        // of the filament, 0 to 1
  float light[3];      // unit vector towards the light
  float noise;         // standard deviation in grey levels
  bool nozzle;         // draw the print head over the point being printed
  std::uint64_t seed;  // of noise and nozzle
};

// voxels: nx x ny x nz bytes, 0 or 1, x fastest. heights: rising numbers of voxel layers present in each frame.
// frames: poses x heights x size x size grey levels, row 0 at the top.
void camera_frames(const std::uint8_t* voxels, int nx, int ny, int nz, const std::vector<int>& heights,
                   const std::vector<CameraPose>& poses, const CameraScene& scene, int size, std::uint8_t* frames);

}  // namespace c3po
