#include "openbook/json.hpp"

#include <algorithm>

#include "book/check.hpp"
#include "book/json_reader.hpp"

namespace openbook {
namespace {

/// Documents of format 0 had no "format" key; everything else was the same.
void migrate(Tree& tree) {
    if (tree.kind != Tree::Kind::object) return;
    const Tree* format = tree.find("format");
    if (!format) {
        Tree current;
        current.kind = Tree::Kind::number;
        current.text = std::to_string(format_version);
        tree.members.insert(tree.members.begin(), {"format", current});
        return;
    }
    if (format->kind != Tree::Kind::number || format->text.find_first_of(".eE-") != std::string::npos ||
        format->text.size() > 6 || format->text == "0")
        throw BookError(
            "the document is not a valid book",
            {{"wrong-type", "/format",
              "got " + format->shown() + "; expected a whole number from 1 to " + std::to_string(format_version), ""}});
    if (std::stoi(format->text) > format_version)
        throw BookError("the document is newer than this library",
                        {{"newer-format", "/format",
                          "format " + format->text + " was written by a later release; this one reads formats up to " +
                              std::to_string(format_version),
                          ""}});
}

[[noreturn]] void refuse(std::vector<Problem> problems, const Book* book) {
    if (book)
        for (Problem& problem : problems) problem.where = contract_words(*book, problem.path);
    std::string summary = "the document is not a valid book (" + std::to_string(problems.size()) +
                          (problems.size() == 1 ? " problem)" : " problems)");
    throw BookError(std::move(summary), std::move(problems));
}

/// The record of a name, and, for a family or kind, the record that holds it.
struct Named {
    const Record* outer = nullptr;
    const Record* inner = nullptr;
};

void collect(const Record& record, std::vector<const Record*>& seen) {
    if (std::find(seen.begin(), seen.end(), &record) != seen.end()) return;
    seen.push_back(&record);
    for (const Field& field : record.fields) {
        const Type* type = field.type;
        while (type->element) type = type->element;
        if (type->record) collect(type->record(), seen);
        for (const auto& alternative : type->alternatives) collect(alternative(), seen);
    }
}

Named find_record(const std::string& name) {
    std::vector<const Record*> all;
    collect(Book::record(), all);
    collect(ScenarioSet::record(), all);
    for (const Record* record : all)
        for (const Field& field : record->fields)
            if (field.flattened)
                if (const Record* alternative = alternative_named(*field.type, name)) return {record, alternative};
    for (const Record* record : all)
        if (record->name == name) return {record, nullptr};
    return {};
}

template <class T>
Tree read_and_write(const Tree& tree, std::vector<Problem>& problems, const WriteStyle& style) {
    T value;
    Reader reader;
    reader.read_record(tree, T::record(), &value, "");
    problems = std::move(reader.problems);
    return problems.empty() ? write_record(T::record(), &value, style) : Tree{};
}

}  // namespace

Book read_book(std::string_view json) {
    Tree tree = read_tree(json);
    migrate(tree);
    Book book;
    Reader reader;
    reader.read_record(tree, Book::record(), &book, "");
    if (!reader.problems.empty()) refuse(std::move(reader.problems), &book);
    std::vector<Problem> problems;
    check_calls(book, reader.foreign, problems);
    check_book(book, problems);
    if (!problems.empty()) refuse(std::move(problems), &book);
    return book;
}

std::string write(const Book& book, bool indented) {
    const Tree tree = write_record(Book::record(), &book, {});
    return indented ? pretty(tree) + "\n" : tree.compact();
}

std::string canonical(const Book& book) {
    Book shared = book;
    shared.notes.clear();
    return write_record(Book::record(), &shared, {true}).compact();
}

std::string check_value(const std::string& record_name, std::string_view json, bool fewest_digits) {
    const Named named = find_record(record_name);
    if (!named.outer)
        throw BookError("there is no such object",
                        {{"unknown-choice", "", "'" + record_name + "' is no object of a book", ""}});
    Tree tree = read_tree(json);
    if (named.inner && tree.kind == Tree::Kind::object && !tree.find("kind")) {
        Tree kind;
        kind.kind = Tree::Kind::text;
        kind.text = record_name;
        tree.members.insert(tree.members.begin(), {"kind", kind});
    }
    std::vector<Problem> problems;
    Tree written;
    const std::string& outer = named.outer->name;
    if (const Tree* kind = tree.find("kind");
        named.inner && kind && (kind->kind != Tree::Kind::text || kind->text != record_name))
        throw BookError(
            "this is no valid " + record_name,
            {{"unknown-choice", "/kind", "got " + kind->shown() + "; expected \"" + record_name + "\"", ""}});
    // Only three records have kinds; each other is read on its own through a value of its type.
    if (named.inner && outer == "clause")
        written = read_and_write<Clause>(tree, problems, {fewest_digits});
    else if (named.inner && outer == "cost")
        written = read_and_write<Cost>(tree, problems, {fewest_digits});
    else if (named.inner)
        written = read_and_write<Driver>(tree, problems, {fewest_digits});
    else if (outer == "book")
        written = read_and_write<Book>(tree, problems, {fewest_digits});
    else {
        using Read = Tree (*)(const Tree&, std::vector<Problem>&, const WriteStyle&);
        static const std::vector<std::pair<const Record*, Read>> readers = {
            {&Term::record(), read_and_write<Term>},
            {&Step::record(), read_and_write<Step>},
            {&Alternative::record(), read_and_write<Alternative>},
            {&Calendar::record(), read_and_write<Calendar>},
            {&Bearing::record(), read_and_write<Bearing>},
            {&Party::record(), read_and_write<Party>},
            {&Service::record(), read_and_write<Service>},
            {&Dimension::record(), read_and_write<Dimension>},
            {&Source::record(), read_and_write<Source>},
            {&Transition::record(), read_and_write<Transition>},
            {&Category::record(), read_and_write<Category>},
            {&Argument::record(), read_and_write<Argument>},
            {&Definition::record(), read_and_write<Definition>},
            {&Input::record(), read_and_write<Input>},
            {&Parameter::record(), read_and_write<Parameter>},
            {&Quantity::record(), read_and_write<Quantity>},
            {&Point::record(), read_and_write<Point>},
            {&Curve::record(), read_and_write<Curve>},
            {&TableKey::record(), read_and_write<TableKey>},
            {&TableRow::record(), read_and_write<TableRow>},
            {&LookupTable::record(), read_and_write<LookupTable>},
            {&Part::record(), read_and_write<Part>},
            {&Band::record(), read_and_write<Band>},
            {&Member::record(), read_and_write<Member>},
            {&Tranche::record(), read_and_write<Tranche>},
            {&FundMember::record(), read_and_write<FundMember>},
            {&Test::record(), read_and_write<Test>},
            {&Reading::record(), read_and_write<Reading>},
            {&Contract::record(), read_and_write<Contract>},
            {&Overlay::record(), read_and_write<Overlay>},
            {&Concession::record(), read_and_write<Concession>},
            {&Measure::record(), read_and_write<Measure>},
            {&Framework::record(), read_and_write<Framework>},
            {&Funding::record(), read_and_write<Funding>},
            {&Finances::record(), read_and_write<Finances>},
            {&Distribution::record(), read_and_write<Distribution>},
            {&RecordedSeries::record(), read_and_write<RecordedSeries>},
            {&Resampling::record(), read_and_write<Resampling>},
            {&Regime::record(), read_and_write<Regime>},
            {&RegimeChain::record(), read_and_write<RegimeChain>},
            {&Hazard::record(), read_and_write<Hazard>},
            {&Correlation::record(), read_and_write<Correlation>},
            {&Selector::record(), read_and_write<Selector>},
            {&Shock::record(), read_and_write<Shock>},
            {&Scenario::record(), read_and_write<Scenario>},
            {&ScenarioSet::record(), read_and_write<ScenarioSet>},
            {&Note::record(), read_and_write<Note>},
            {&Clause::record(), read_and_write<Clause>},
            {&Cost::record(), read_and_write<Cost>},
            {&Driver::record(), read_and_write<Driver>}};
        const auto found =
            std::find_if(readers.begin(), readers.end(), [&](const auto& item) { return item.first == named.outer; });
        if (found == readers.end()) throw std::logic_error("record '" + outer + "' has no reader");
        if (outer == "term" && tree.kind != Tree::Kind::object) {
            Tree whole;
            whole.kind = Tree::Kind::object;
            whole.members.emplace_back("value", tree);
            tree = whole;
        }
        written = found->second(tree, problems, {fewest_digits});
    }
    if (!problems.empty()) throw BookError("this is no valid " + record_name, std::move(problems));
    return written.compact();
}

Clause with_overrides(const Clause& clause, const std::map<std::string, RawJson>& overrides) {
    std::vector<Reader::Foreign> foreign;
    return overridden(clause, overrides, foreign);
}

Clause overridden(const Clause& clause, const std::map<std::string, RawJson>& overrides,
                  std::vector<Reader::Foreign>& foreign) {
    Tree tree = write_record(Clause::record(), &clause, {});
    if (overrides.contains("kind"))  // another family: the fields of its own go, those common to all stay
        std::erase_if(tree.members, [](const auto& member) { return !Clause::record().find(member.first); });
    std::vector<Problem> fixed;
    for (const auto& [name, value] : overrides) {
        // What makes it this clause, and the readings themselves, are not open to interpretation.
        if (name == "id" || name == "readings" || name == "reading" || name == "provisional")
            fixed.push_back(
                {"unknown-key", "/overrides/" + name, "a reading cannot replace \"" + name + "\" of its clause", ""});
        const auto found = std::find_if(tree.members.begin(), tree.members.end(),
                                        [&, key = name](const auto& member) { return member.first == key; });
        if (found != tree.members.end())
            found->second = read_tree(value.text);
        else
            tree.members.emplace_back(name, read_tree(value.text));
    }
    Clause result;
    Reader reader;
    reader.read_record(tree, Clause::record(), &result, "/overrides");
    reader.problems.insert(reader.problems.begin(), fixed.begin(), fixed.end());
    if (!reader.problems.empty()) {
        for (Problem& problem : reader.problems) problem.where = "a reading of clause '" + clause.id + "'";
        throw BookError("a reading does not fit its clause", std::move(reader.problems));
    }
    foreign = std::move(reader.foreign);
    return result;
}

}  // namespace openbook
