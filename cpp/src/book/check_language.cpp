// Categories and definitions: what the language of one book adds to the language of all.
#include <algorithm>
#include <set>

#include "book/check.hpp"

namespace openbook {
namespace {

using Strings = std::vector<std::string>;

class LanguageChecker {
public:
    LanguageChecker(const Book& book, std::vector<Problem>& problems) : book_(book), problems_(problems) {}

    void run() {
        for (std::size_t i = 0; i < book_.categories.size(); ++i)
            category(book_.categories[i], "/categories/" + std::to_string(i));
        definitions();
        for (std::size_t i = 0; i < book_.inputs.size(); ++i)
            of_category(book_.inputs[i], "/inputs/" + std::to_string(i));
        for (std::size_t i = 0; i < book_.quantities.size(); ++i)
            of_category(book_.quantities[i], "/quantities/" + std::to_string(i));
        for (std::size_t i = 0; i < book_.parameters.size(); ++i)
            if (!book_.parameters[i].category.empty() && !book_.parameters[i].value.unit.empty())
                without_unit("/parameters/" + std::to_string(i) + "/value/unit", book_.parameters[i].category);
        for (std::size_t i = 0; i < book_.drivers.size(); ++i)
            for (const Input& input : book_.inputs)
                if (input.id == book_.drivers[i].of && !input.category.empty())
                    report("wrong-type", "/drivers/" + std::to_string(i) + "/of",
                           "the input \"" + input.id + "\" is a name of category \"" + input.category +
                               "\"; a driver draws numbers");
    }

private:
    const Book& book_;
    std::vector<Problem>& problems_;

    void report(const std::string& code, const std::string& path, const std::string& message) {
        if (problems_.size() < most_problems) problems_.push_back({code, path, message, ""});
    }

    void known(const std::string& name, const Category& item, const std::string& path) {
        if (std::find(item.values.begin(), item.values.end(), name) != item.values.end()) return;
        const std::string nearest = nearest_name(name, item.values);
        report("missing-reference", path,
               "\"" + name + "\" is no value of category \"" + item.id + "\"" +
                   (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }

    void category(const Category& item, const std::string& path) {
        if (item.values.empty()) report("missing-value", path + "/values", "a category needs at least one value");
        std::set<std::string> seen;
        for (std::size_t i = 0; i < item.values.size(); ++i) {
            if (item.values[i].empty() || item.values[i].find_first_of("'\"") != std::string::npos)
                report("malformed", path + "/values/" + std::to_string(i),
                       "got \"" + item.values[i] + "\"; expected a name without quotes");
            if (!seen.insert(item.values[i]).second)
                report("duplicate-id", path + "/values/" + std::to_string(i),
                       "\"" + item.values[i] + "\" stands twice in the category");
        }
        for (std::size_t i = 0; i < item.initial.size(); ++i)
            known(item.initial[i], item, path + "/initial/" + std::to_string(i));
        for (std::size_t i = 0; i < item.transitions.size(); ++i) {
            const Transition& change = item.transitions[i];
            const std::string at = path + "/transitions/" + std::to_string(i);
            known(change.from, item, at + "/from");
            for (std::size_t k = 0; k < change.to.size(); ++k)
                known(change.to[k], item, at + "/to/" + std::to_string(k));
            if (change.starts && change.ends && *change.ends < *change.starts)
                report("not-in-order", at + "/ends",
                       "it ends in " + change.ends->text() + ", before it starts in " + change.starts->text());
        }
    }

    void without_unit(const std::string& path, const std::string& category) {
        report("unit", path, "a name of category \"" + category + "\" has no unit");
    }
    template <class Item>
    void of_category(const Item& item, const std::string& path) {
        if (!item.category.empty() && !item.unit.empty()) without_unit(path + "/unit", item.category);
    }

    void definitions() {
        for (std::size_t i = 0; i < book_.definitions.size(); ++i) {
            const Definition& item = book_.definitions[i];
            const std::string path = "/definitions/" + std::to_string(i);
            const auto& functions = formula::functions();
            if (std::any_of(functions.begin(), functions.end(), [&](const auto& f) { return f.name == item.id; }))
                report("duplicate-id", path + "/id", "\"" + item.id + "\" is a function of the language already");
            std::set<std::string> seen;
            for (std::size_t k = 0; k < item.arguments.size(); ++k)
                if (!seen.insert(item.arguments[k].id).second)
                    report("duplicate-id", path + "/arguments/" + std::to_string(k) + "/id",
                           "two arguments are called \"" + item.arguments[k].id + "\"");
        }
        const formula::Definitions all = definitions_of(book_);
        const Strings circle = all.circle();
        if (!circle.empty()) {
            std::string way;
            for (const std::string& name : circle) way += (way.empty() ? "" : " -> ") + name;
            for (std::size_t i = 0; i < book_.definitions.size(); ++i)
                if (book_.definitions[i].id == circle.front())
                    report("cycle", "/definitions/" + std::to_string(i) + "/formula",
                           "a definition cannot call itself: " + way);
        }
    }
};

}  // namespace

formula::Definitions definitions_of(const Book& book) {
    formula::Definitions all;
    for (const Definition& item : book.definitions) {
        try {
            formula::Written written{{}, formula::parse_in_book(item.formula.text)};
            for (const Argument& argument : item.arguments) written.arguments.push_back(argument.id);
            all.add(item.id, std::move(written));
        } catch (const formula::Fault&) {  // reported where it was read
        }
    }
    return all;
}

void check_calls(const Book& book, const std::vector<Reader::Foreign>& formulas, std::vector<Problem>& problems) {
    if (formulas.empty()) return;
    const formula::Definitions all = definitions_of(book);
    Strings names;
    for (const Definition& item : book.definitions) names.push_back(item.id);
    const bool bounded = all.circle().empty();
    for (const Reader::Foreign& formula : formulas) {
        bool known = true;
        const auto report = [&](const std::string& message) {
            known = false;
            if (problems.size() < most_problems) problems.push_back({"formula", formula.path, message, ""});
        };
        for (const formula::ForeignCall& call : formula.calls) {
            const formula::Written* definition = all.find(call.name);
            const std::string nearest = nearest_name(call.name, names);
            if (!definition)
                report(call.fault + (names.empty() ? "" : ", nor is it a definition of the book") +
                       (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
            else if (definition->arguments.size() != call.operands)
                report("the definition '" + call.name + "' has " + std::to_string(definition->arguments.size()) +
                       " arguments, not " + std::to_string(call.operands));
        }
        if (known && bounded && all.expanded_size(*formula::parse_in_book(formula.text)) > formula::most_expanded)
            report("with its definitions written out the formula has more than 20,000 parts");
    }
}

void check_language(const Book& book, std::vector<Problem>& problems) {
    LanguageChecker(book, problems).run();
}

}  // namespace openbook
