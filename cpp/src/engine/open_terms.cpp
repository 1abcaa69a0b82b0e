#include "engine/open_terms.hpp"

#include <set>

#include "openbook/book/describe.hpp"

namespace openbook::engine {
namespace {

std::string escaped(const std::string& key) {
    std::string text;
    for (const char c : key) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return text;
}

class Walk {
public:
    explicit Walk(const std::vector<std::string>& paths) : wanted_(paths.begin(), paths.end()) {}
    std::map<const Term*, std::string> found;

    void record(const Record& record, void* object, const std::string& path) {
        for (const Field& field : record.fields)
            value(*field.type, field.at(object), field.flattened ? path : path + "/" + field.name);
    }

private:
    std::set<std::string> wanted_;

    void value(const Type& type, void* object, const std::string& path) {
        switch (type.kind) {
            case Kind::term:
                if (wanted_.contains(path)) found[static_cast<const Term*>(object)] = path;
                break;
            case Kind::list:
                for (std::size_t i = 0; i < type.size(object); ++i)
                    value(*type.element, type.at(object, i), path + "/" + std::to_string(i));
                break;
            case Kind::map:
                for (std::size_t i = 0; i < type.size(object); ++i)
                    value(*type.element, type.at(object, i), path + "/" + escaped(type.key(object, i)));
                break;
            case Kind::optional:
                if (type.size(object) > 0) value(*type.element, type.at(object, 0), path);
                break;
            case Kind::record: record(type.record(), object, path); break;
            case Kind::variant: record(type.alternatives[type.size(object)](), type.at(object, 0), path); break;
            default: break;
        }
    }
};

}  // namespace

std::map<const Term*, std::string> open_terms(const Book& book, const std::vector<std::string>& paths) {
    Walk walk(paths);
    // The descriptors reach members through plain pointers; nothing is changed.
    walk.record(Book::record(), const_cast<Book*>(&book), "");
    return std::move(walk.found);
}

}  // namespace openbook::engine
