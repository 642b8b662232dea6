// The three sums of a box along its own axes.
#pragma once
#include <vector>

#include "_core/imaging/volume.hpp"

namespace c3po {

struct Plans {
  std::vector<float> along_x, along_y, along_z;  // [z][y], [z][x], [y][x]
};

Plans plans_of(const Volume& volume);

}  // namespace c3po
