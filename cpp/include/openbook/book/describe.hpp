// One description per struct: reading, writing, schema, Python class, type stub and reference page all derive from it.
//
// A struct lists its fields once, in its record(): name, member, documentation, limits. The rest of the library sees
// plain type-erased descriptors and needs no template.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "openbook/book/month.hpp"
#include "openbook/book/term.hpp"
#include "openbook/number.hpp"

namespace openbook {

enum class Kind {
    boolean,
    integer,
    decimal,
    text,
    month,
    formula,
    term,
    raw,
    choice,
    list,
    map,
    optional,
    record,
    variant
};

/// JSON kept as canonical text: values whose type is known only later (the overrides of a reading).
struct RawJson {
    std::string text;
    friend bool operator==(const RawJson&, const RawJson&) = default;
};

struct Record;

/// A type, with the operations that a reader and a writer need on a value of it.
struct Type {
    Kind kind = Kind::text;
    const Type* element = nullptr;                  // list, map, optional
    const Record& (*record)() = nullptr;            // record
    std::vector<const Record& (*)()> alternatives;  // variant, told apart by "kind"
    std::vector<std::string> choices;               // choice
    std::size_t (*size)(const void*) = nullptr;     // list, map; optional: 0 or 1; variant: index of the alternative
    void* (*at)(void*, std::size_t) = nullptr;      // element; optional, variant: the content
    void* (*append)(void*) = nullptr;               // list: new last element; optional: emplaced content
    void* (*insert)(void*, const std::string&) = nullptr;           // map
    const std::string& (*key)(const void*, std::size_t) = nullptr;  // map
    void (*emplace)(void*, std::size_t) = nullptr;                  // variant
    int (*get_choice)(const void*) = nullptr;
    void (*set_choice)(void*, int) = nullptr;
};

template <class T>
const Type& type_of();

struct Field {
    std::string name;
    std::string documentation;
    const Type* type = nullptr;
    void* (*at)(void*) = nullptr;
    bool needed = false;
    bool flattened = false;  // a variant whose fields stand beside the others, told apart by "kind"
    std::string refers_to;   // "party", "input", ...: the value names one
    std::string unit;        // what a number means
    std::optional<double> low, high;

    Field& required() {
        needed = true;
        return *this;
    }
    Field& flatten() {
        flattened = true;
        return *this;
    }
    Field& refers(std::string what) {
        refers_to = std::move(what);
        return *this;
    }
    Field& in(std::string what) {
        unit = std::move(what);
        return *this;
    }
    Field& at_least(double bound) {
        low = bound;
        return *this;
    }
    Field& at_most(double bound) {
        high = bound;
        return *this;
    }
};

struct Record {
    std::string name;  // as in JSON ("kind") and, in CamelCase, in Python
    std::string documentation;
    std::vector<Field> fields;
    std::string source;                     // the entries of the research that the rule comes from
    std::string example;                    // a runnable JSON example of it
    std::shared_ptr<const void> prototype;  // a value with every default

    [[nodiscard]] const Field* find(const std::string& field) const {
        for (const Field& f : fields)
            if (f.name == field) return &f;
        return nullptr;
    }
};

/// Names of an enumeration's values, in order; specialised beside each enumeration.
template <class E>
std::vector<std::string> choice_names();

namespace detail {

template <class T>
struct Of;

template <Kind K>
struct Plain {
    static Type make() {
        Type type;
        type.kind = K;
        return type;
    }
};
template <>
struct Of<bool> : Plain<Kind::boolean> {};
template <>
struct Of<int> : Plain<Kind::integer> {};
template <>
struct Of<Decimal> : Plain<Kind::decimal> {};
template <>
struct Of<std::string> : Plain<Kind::text> {};
template <>
struct Of<Month> : Plain<Kind::month> {};
template <>
struct Of<Formula> : Plain<Kind::formula> {};
template <>
struct Of<RawJson> : Plain<Kind::raw> {};

template <class T>
    requires std::is_enum_v<T>
struct Of<T> {
    static Type make() {
        Type type;
        type.kind = Kind::choice;
        type.choices = choice_names<T>();
        type.get_choice = [](const void* p) { return static_cast<int>(*static_cast<const T*>(p)); };
        type.set_choice = [](void* p, int value) { *static_cast<T*>(p) = static_cast<T>(value); };
        return type;
    }
};

template <class T>
    requires requires {
        { T::record() } -> std::same_as<const Record&>;
    }
struct Of<T> {
    static Type make() {
        Type type;
        type.kind = std::is_same_v<T, Term> ? Kind::term : Kind::record;
        type.record = &T::record;
        return type;
    }
};

template <class T>
struct Of<std::vector<T>> {
    using List = std::vector<T>;
    static Type make() {
        Type type;
        type.kind = Kind::list;
        type.element = &type_of<T>();
        type.size = [](const void* p) { return static_cast<const List*>(p)->size(); };
        type.at = [](void* p, std::size_t i) -> void* { return &(*static_cast<List*>(p))[i]; };
        type.append = [](void* p) -> void* { return &static_cast<List*>(p)->emplace_back(); };
        return type;
    }
};

template <class T>
struct Of<std::map<std::string, T>> {
    using Map = std::map<std::string, T>;
    static Type make() {
        Type type;
        type.kind = Kind::map;
        type.element = &type_of<T>();
        type.size = [](const void* p) { return static_cast<const Map*>(p)->size(); };
        type.at = [](void* p, std::size_t i) -> void* {
            return &std::next(static_cast<Map*>(p)->begin(), static_cast<long>(i))->second;
        };
        type.key = [](const void* p, std::size_t i) -> const std::string& {
            return std::next(static_cast<const Map*>(p)->begin(), static_cast<long>(i))->first;
        };
        type.insert = [](void* p, const std::string& name) -> void* { return &(*static_cast<Map*>(p))[name]; };
        return type;
    }
};

template <class T>
struct Of<std::optional<T>> {
    using Optional = std::optional<T>;
    static Type make() {
        Type type;
        type.kind = Kind::optional;
        type.element = &type_of<T>();
        type.size = [](const void* p) {
            return static_cast<std::size_t>(static_cast<const Optional*>(p)->has_value());
        };
        type.at = [](void* p, std::size_t) -> void* { return &**static_cast<Optional*>(p); };
        type.append = [](void* p) -> void* { return &static_cast<Optional*>(p)->emplace(); };
        return type;
    }
};

template <class... T>
struct Of<std::variant<T...>> {
    using Variant = std::variant<T...>;
    static Type make() {
        Type type;
        type.kind = Kind::variant;
        type.alternatives = {&T::record...};
        type.size = [](const void* p) { return static_cast<const Variant*>(p)->index(); };
        type.at = [](void* p, std::size_t) -> void* {
            return std::visit([](auto& value) -> void* { return &value; }, *static_cast<Variant*>(p));
        };
        type.emplace = [](void* p, std::size_t index) {
            using Make = void (*)(Variant&);
            static constexpr Make make[] = {[](Variant& v) { v.template emplace<T>(); }...};
            make[index](*static_cast<Variant*>(p));
        };
        return type;
    }
};

template <class T>
struct MemberOf;
template <class C, class T>
struct MemberOf<T C::*> {
    using Class = C;
    using Value = T;
};

}  // namespace detail

template <class T>
const Type& type_of() {
    static const Type type = detail::Of<T>::make();
    return type;
}

/// One line of a record(): `field<&Block::amount>("amount", "what it means")`.
template <auto Member>
Field field(std::string name, std::string documentation) {
    using Class = typename detail::MemberOf<decltype(Member)>::Class;
    using Value = typename detail::MemberOf<decltype(Member)>::Value;
    Field result;
    result.name = std::move(name);
    result.documentation = std::move(documentation);
    result.type = &type_of<Value>();
    result.at = [](void* object) -> void* { return &(static_cast<Class*>(object)->*Member); };
    return result;
}

template <class T>
Record describe(std::string name, std::string documentation, std::vector<Field> fields, std::string source = {},
                std::string example = {}) {
    return Record{std::move(name),   std::move(documentation), std::move(fields),
                  std::move(source), std::move(example),       std::make_shared<const T>()};
}

}  // namespace openbook
