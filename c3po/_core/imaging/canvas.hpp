// A square image that mass is laid on, by area.
#pragma once
#include <algorithm>
#include <vector>

namespace c3po {

constexpr double view_margin = 1.0 / 32;  // of the image, on each side

class Canvas {
 public:
  explicit Canvas(int size) : size_(size), tall_(size + 4), sums_(std::size_t(tall_) * tall_, 0.0f) {}

  // Spreads mass evenly over a square of pixels around (x, y), which lies in the image; wide is its side.
  void splat(float x, float y, float wide, float mass) {
    const float left = x - 0.5f * wide + 2, top = y - 0.5f * wide + 2;
    if (!(left >= 0 && top >= 0 && left + wide < float(tall_ - 1) && top + wide < float(tall_ - 1))) return;
    const int column = int(left), row = int(top);
    float* at = sums_.data() + std::size_t(row) * tall_ + column;
    if (wide <= 1) {
      const float right = std::max(0.0f, (left + wide - float(column + 1)) / wide);
      const float below = std::max(0.0f, (top + wide - float(row + 1)) / wide);
      const float upper = mass * (1 - below), lower = mass * below;
      at[0] += upper * (1 - right);
      at[1] += upper * right;
      at[tall_] += lower * (1 - right);
      at[tall_ + 1] += lower * right;
      return;
    }
    for (int j = row; float(j) < top + wide; ++j) {
      const float share = mass / (wide * wide) * (std::min(top + wide, float(j + 1)) - std::max(top, float(j)));
      for (int i = column; float(i) < left + wide; ++i)
        sums_[std::size_t(j) * tall_ + i] += share * (std::min(left + wide, float(i + 1)) - std::max(left, float(i)));
    }
  }

  // Mass in each pixel times unit, at most 1.
  void write(float unit, float* image) const {
    for (int y = 0; y < size_; ++y)
      for (int x = 0; x < size_; ++x) image[y * size_ + x] = std::min(1.0f, sums_[std::size_t(y + 2) * tall_ + x + 2] * unit);
  }

 private:
  int size_, tall_;
  std::vector<float> sums_;
};

}  // namespace c3po
