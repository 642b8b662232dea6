// Runs a plan on images. Safe to call from several threads: each call borrows an arena.
#pragma once
#include <memory>
#include <mutex>

#include "_core/inference/plan.hpp"

namespace c3po::inference {

class Engine {
 public:
  Engine(const Graph& graph, const Kernels& kernels) : plan_(graph, kernels) {}

  const Plan& plan() const { return plan_; }

  // Scores of `count` images, each plan().input.size() floats; false when an image holds an infinity or NaN.
  bool run(const float* images, std::size_t count, float* scores);

  // Least seconds of each step in `rounds` runs of one image.
  std::vector<double> profile(const float* image, int rounds);

 private:
  struct Free {
    void operator()(float* arena) const;
  };
  using Arena = std::unique_ptr<float[], Free>;

  Arena borrow();
  bool run_one(const float* image, float* scores, float* arena) const;
  bool run_step(const Step& step, const float* image, float* scores, float* arena) const;

  Plan plan_;
  std::mutex mutex_;
  std::vector<Arena> idle_;
};

}  // namespace c3po::inference
