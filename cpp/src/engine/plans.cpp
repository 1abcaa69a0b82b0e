#include "engine/plans.hpp"

#include <algorithm>

namespace openbook::engine {

std::shared_ptr<const Plan> Plans::of(const std::shared_ptr<const Book>& book, const CompileRequest& request) {
    std::promise<std::shared_ptr<const Plan>> making;
    Made made;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(kept_.begin(), kept_.end(),
                                        [&](const Kept& kept) { return kept.book == book && kept.request == request; });
        if (found != kept_.end()) {
            kept_.splice(kept_.begin(), kept_, found);
            made = found->plan;
        } else {
            kept_.push_front({book, request, making.get_future().share()});
            if (kept_.size() > most) kept_.pop_back();
        }
    }
    if (made.valid()) return made.get();
    try {
        std::shared_ptr<const Plan> plan = compile(book, request);
        making.set_value(plan);
        return plan;
    } catch (...) {
        making.set_exception(std::current_exception());
        throw;
    }
}

}  // namespace openbook::engine
