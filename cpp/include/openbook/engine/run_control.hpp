// Stops a long run from another thread and tells how far it is.
#pragma once

#include <atomic>
#include <cstdint>

namespace openbook {

/// Shared between the thread that waits and the threads that work. `cancel` may be called at any time from any thread;
/// work stops at the next chunk of draws and the run throws Cancelled. `done` never decreases during one run.
class RunControl {
public:
    void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }
    void add_done(std::uint64_t draws) noexcept { done_.fetch_add(draws, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t done() const noexcept { return done_.load(std::memory_order_relaxed); }

private:
    std::atomic<bool> cancelled_{false};
    std::atomic<std::uint64_t> done_{0};
};

}  // namespace openbook
