// Plans that several settlements of one run have in common: a book that is settled many times is compiled once.
#pragma once

#include <future>
#include <list>
#include <memory>
#include <mutex>

#include "engine/plan.hpp"

namespace openbook::engine {

/// Keeps the plans that were asked for last. Several threads may ask at once; who asks for a plan that another thread
/// is compiling waits for it.
class Plans {
public:
    std::shared_ptr<const Plan> of(const std::shared_ptr<const Book>& book, const CompileRequest& request);

private:
    using Made = std::shared_future<std::shared_ptr<const Plan>>;
    struct Kept {
        std::shared_ptr<const Book> book;
        CompileRequest request;
        Made plan;
    };
    static constexpr std::size_t most = 8;
    std::mutex mutex_;
    std::list<Kept> kept_;  // the last that was asked for first
};

}  // namespace openbook::engine
