// Runs a plan on images. Safe to call from several threads: each call borrows an arena.
#pragma once
#include <memory>
#include <mutex>

#include "_core/inference/plan.hpp"

namespace c3po::inference {

class Engine {
 public:
  Engine(const Graph& graph, const Kernels& kernels, const Ranges& ranges = {});
  struct Free {
    void operator()(float* arena) const;
  };
  using Arena = std::unique_ptr<float[], Free>;

  const Plan& plan() const { return plan_; }

  // Scores of `count` images, each plan().input.size() floats; false when an image holds an infinity or NaN.
  bool run(const float* images, std::size_t count, float* scores) { return run_until(images, count, 0.0f, scores, nullptr); }

  // The same; with `exits`, each image stops at the first exit whose largest score reaches `confidence`, and its number
  // is left there.
  bool run_until(const float* images, std::size_t count, float confidence, float* scores, std::int32_t* exits);

  // Least seconds of each step in `rounds` runs of one image.
  std::vector<double> profile(const float* image, int rounds);

 private:
  Arena borrow();
  void learn_blank();
  bool run_one(const float* image, float confidence, float* scores, std::int32_t* exit, float* arena) const;
  bool run_step(const Step& step, const float* image, float* scores, float* arena) const;

  friend class Stream;

  Plan plan_;
  std::mutex mutex_;
  std::vector<Arena> idle_;
};

// A network cut to one step of time that keeps the states of its recurrent layers from step to step.
class Stream {
 public:
  Stream(const Graph& graph, const Kernels& kernels, const Ranges& ranges);

  const Plan& plan() const { return engine_.plan(); }
  bool push(const float* row, float* scores);
  void reset() { arena_.reset(); }

 private:
  Engine engine_;
  Engine::Arena arena_;
};

}  // namespace c3po::inference
