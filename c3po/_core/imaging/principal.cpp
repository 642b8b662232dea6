#include "_core/imaging/principal.hpp"

#include <algorithm>
#include <cmath>

namespace c3po {

namespace {

// Central moments by powers of x, y and z, up to the third.
struct Moments {
  double mass = 0, m[4][4][4] = {};
};

// Adds the moments that one plan holds: powers of its two axes, about a middle.
void add_plan(const std::vector<float>& plan, int nu, int nv, const double middle[3], int u, int v, Moments& moments) {
  double sums[4][4] = {};
  for (int j = 0; j < nv; ++j) {
    double row[4] = {};
    for (int i = 0; i < nu; ++i) {
      const double mass = plan[std::size_t(j) * nu + i], d = i + 0.5 - middle[u];
      row[0] += mass;
      row[1] += mass * d;
      row[2] += mass * d * d;
      row[3] += mass * d * d * d;
    }
    double power = 1;
    for (int q = 0; q < 4; ++q, power *= j + 0.5 - middle[v])
      for (int p = 0; p + q < 4; ++p) sums[p][q] += row[p] * power;
  }
  for (int p = 0; p < 4; ++p)
    for (int q = 0; p + q < 4; ++q) {
      int powers[3] = {0, 0, 0};
      powers[u] = p;
      powers[v] = q;
      moments.m[powers[0]][powers[1]][powers[2]] = sums[p][q];
    }
  moments.mass = sums[0][0];
}

double mean(const std::vector<float>& plan, int nu, int nv, bool along_u) {
  double mass = 0, sum = 0;
  for (int j = 0; j < nv; ++j)
    for (int i = 0; i < nu; ++i) {
      const double value = plan[std::size_t(j) * nu + i];
      mass += value;
      sum += value * ((along_u ? i : j) + 0.5);
    }
  return sum / mass;
}

// The only third moment that no plan holds.
double moment_xyz(const Volume& volume, const double middle[3]) {
  double total = 0;
  for (int z = 0; z < volume.nz; ++z) {
    double slice = 0;
    for (int y = 0; y < volume.ny; ++y) {
      const std::uint8_t* row = volume.row(y, z);
      std::uint32_t mass = 0, sum = 0;
      for (int x = 0; x < volume.nx; ++x) {
        mass += row[x];
        sum += std::uint32_t(row[x]) * std::uint32_t(x);
      }
      slice += (y + 0.5 - middle[1]) * (sum + (0.5 - middle[0]) * mass);
    }
    total += (z + 0.5 - middle[2]) * slice;
  }
  return total;
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

// Third moment along an axis: the sum of mass times distance cubed.
double third_moment(const Moments& moments, const double axis[3]) {
  double sum = 0;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 3; ++k) {
        int powers[3] = {0, 0, 0};
        ++powers[i];
        ++powers[j];
        ++powers[k];
        sum += axis[i] * axis[j] * axis[k] * moments.m[powers[0]][powers[1]][powers[2]];
      }
  return sum;
}

}  // namespace

Frame principal_frame(const Volume& volume, const Plans& plans) {
  Frame frame;
  frame.middle[0] = mean(plans.along_z, volume.nx, volume.ny, true);
  frame.middle[1] = mean(plans.along_z, volume.nx, volume.ny, false);
  frame.middle[2] = mean(plans.along_x, volume.ny, volume.nz, false);
  Moments moments;
  add_plan(plans.along_x, volume.ny, volume.nz, frame.middle, 1, 2, moments);
  add_plan(plans.along_y, volume.nx, volume.nz, frame.middle, 0, 2, moments);
  add_plan(plans.along_z, volume.nx, volume.ny, frame.middle, 0, 1, moments);
  moments.m[1][1][1] = moment_xyz(volume, frame.middle);
  double a[3][3] = {{moments.m[2][0][0], moments.m[1][1][0], moments.m[1][0][1]},
                    {moments.m[1][1][0], moments.m[0][2][0], moments.m[0][1][1]},
                    {moments.m[1][0][1], moments.m[0][1][1], moments.m[0][0][2]}};
  const double trace = a[0][0] + a[1][1] + a[2][2];
  for (int i = 0; i < 3; ++i) a[i][i] += 1e-4 * (2 - i) * trace;  // equal variances: the axes of the bed
  eigenvectors(a, frame.axes);
  const double scale = std::pow(trace / moments.mass, 1.5) * moments.mass;
  for (auto& axis : frame.axes) {
    const double third = third_moment(moments, axis);
    const auto smaller = [](double p, double q) { return std::fabs(p) < std::fabs(q); };
    const bool flip = std::fabs(third) > 1e-4 * scale ? third < 0 : *std::max_element(axis, axis + 3, smaller) < 0;
    for (int k = 0; k < 3 && flip; ++k) axis[k] = -axis[k];
  }
  return frame;
}

}  // namespace c3po
