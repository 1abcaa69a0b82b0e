// What is asked for: settlements, simulations and figures to explain, read from JSON.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/wire.hpp"
#include "openbook/edition.hpp"

namespace openbook::engine {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& path, const std::string& message) {
    throw LimitError("the request is not understood", {{"request", path, message, ""}});
}

template <class E>
E choice(const Json& value, const std::string& path) {
    const std::vector<std::string> names = choice_names<E>();
    const auto found =
        value.is_string() ? std::find(names.begin(), names.end(), value.get<std::string>()) : names.end();
    if (found == names.end()) {
        std::string known;
        for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
        refuse(path, "got " + value.dump() + "; expected one of: " + known);
    }
    return static_cast<E>(found - names.begin());
}

World world_named(const Json& value, const std::string& path) {
    for (int world = 0; world < worlds; ++world)
        if (value == basis_names[world]) return static_cast<World>(world);
    refuse(path, "got " + value.dump() + "; expected practised, written or written_world");
}
std::string text_of(const Json& value, const std::string& path) {
    if (!value.is_string()) refuse(path, "got " + value.dump() + "; expected text");
    return value.get<std::string>();
}
Month month_of(const Json& value, const std::string& path) {
    try {
        return Month::parse(text_of(value, path));
    } catch (const std::invalid_argument& error) {
        refuse(path, error.what());
    }
}
std::uint64_t whole(const Json& value, const std::string& path) {
    if (!value.is_number_unsigned()) refuse(path, "got " + value.dump() + "; expected a whole number of at least 0");
    return value.get<std::uint64_t>();
}
bool truth(const Json& value, const std::string& path) {
    if (!value.is_boolean()) refuse(path, "got " + value.dump() + "; expected true or false");
    return value.get<bool>();
}

/// The number in a value; nothing where it is none.
std::optional<Exact> number_in(const Json& value) {
    try {
        if (value.is_string()) return exact_from_text(value.get_ref<const std::string&>());
        if (value.is_number()) return exact_from_text(value.dump());
    } catch (const std::exception&) {
    }
    return std::nullopt;
}

Exact number_of(const Json& value, const std::string& path) {
    if (std::optional<Exact> number = number_in(value)) return *std::move(number);
    throw DataError("the data do not fit the book",
                    {{"not-a-number", path, "got " + value.dump() + "; expected a finite decimal number", ""}});
}

std::map<std::string, std::vector<std::optional<Exact>>> inputs_of(const Json& value) {
    std::map<std::string, std::vector<std::optional<Exact>>> result;
    if (!value.is_object()) refuse("/inputs", "expected an object of lists");
    for (const auto& [id, list] : value.items()) {
        if (!list.is_array()) refuse("/inputs/" + id, "expected a list");
        auto& values = result[id];
        values.reserve(list.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            std::optional<Exact> number = number_in(list[i]);
            // Words for a fault, and a path to it, are made only where there is one.
            if (!number && !list[i].is_null()) number = number_of(list[i], "/inputs/" + id + "/" + std::to_string(i));
            values.push_back(std::move(number));
        }
    }
    return result;
}

std::map<std::string, std::vector<std::string>> reasons_of(const Json& value) {
    std::map<std::string, std::vector<std::string>> result;
    if (!value.is_object()) refuse("/reasons", "expected an object of lists");
    for (const auto& [id, list] : value.items()) {
        if (!list.is_array()) refuse("/reasons/" + id, "expected a list");
        for (std::size_t i = 0; i < list.size(); ++i)
            result[id].push_back(list[i].is_null() ? std::string()
                                                   : text_of(list[i], "/reasons/" + id + "/" + std::to_string(i)));
    }
    return result;
}

std::map<std::string, std::string> texts_of(const Json& value, const std::string& path) {
    std::map<std::string, std::string> result;
    if (!value.is_object()) refuse(path, "expected an object of texts");
    for (const auto& [name, text] : value.items()) result[name] = text_of(text, path + "/" + name);
    return result;
}

/// A list of objects, each read by itself.
template <class T>
std::vector<T> list_of(const Json& value, const std::string& path, T (*read)(const Json&, const std::string&)) {
    std::vector<T> result;
    if (!value.is_array()) refuse(path, "expected a list");
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string place = path + "/" + std::to_string(i);
        if (!value[i].is_object()) refuse(place, "expected an object");
        result.push_back(read(value[i], place));
    }
    return result;
}

Change shock_of(const Json& value, const std::string& path) {
    Change shock;
    for (const auto& [name, item] : value.items()) {
        if (name == "on")
            shock.on = text_of(item, path + "/on");
        else if (name == "member")
            shock.member = text_of(item, path + "/member");
        else if (name == "words")
            shock.words = text_of(item, path + "/words");
        else if (name == "action")
            shock.how = choice<Laid>(item, path + "/action");
        else if (name == "value")
            shock.value.value.text = item.is_string()   ? item.get<std::string>()
                                     : item.is_object() ? text_of(item.value("value", Json("")), path + "/value")
                                                        : item.dump();
        else if (name == "weight")
            shock.weight = number_of(item, path + "/weight");
        else if (name == "of_plan")
            shock.of_plan = truth(item, path + "/of_plan");
        else if (name == "starts") {
            if (!item.is_null()) shock.starts = month_of(item, path + "/starts");
        } else if (name == "ends") {
            if (!item.is_null()) shock.ends = month_of(item, path + "/ends");
        } else
            refuse(path + "/" + name,
                   "unknown key; expected on, member, action, value, weight, of_plan, starts, ends, words");
    }
    const bool valued = shock.how != Laid::hold && shock.how != Laid::missing;
    if (shock.on.empty() || (valued && shock.value.empty())) refuse(path, "a shock needs 'on' and 'value'");
    return shock;
}

PartsRequest part_of(const Json& value, const std::string& path) {
    PartsRequest wanted;
    for (const auto& [name, item] : value.items()) {
        if (name == "party")
            wanted.party = text_of(item, path + "/party");
        else if (name == "every")
            wanted.every = choice<Every>(item, path + "/every");
        else if (name == "period")
            wanted.period = static_cast<int>(std::min<std::uint64_t>(whole(item, path + "/period"), 1'000'000));
        else if (name == "basis")
            wanted.basis = world_named(item, path + "/basis");
        else
            refuse(path + "/" + name, "unknown key; expected party, every, period, basis");
    }
    return wanted;
}

Json parsed(const std::string& text) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object()) refuse("", "expected a JSON object");
    return json;
}

void known_edition(const Json& item) {
    const std::string edition = text_of(item, "/edition");
    std::string known;
    for (const std::string_view name : arithmetic_editions) {
        if (edition == name) return;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    refuse("/edition", "got '" + edition + "'; this release calculates by the editions " + known +
                           ": use a release that knows the edition of the sealed book");
}

/// Keys that settling and simulating have in common; false where the key is none of them.
bool common(CompileRequest& compile, const std::string& name, const Json& item) {
    if (name == "readings")
        compile.readings = texts_of(item, "/readings");
    else if (name == "alternatives")
        compile.alternatives = texts_of(item, "/alternatives");
    else if (name == "shocks")
        compile.shocks = list_of(item, "/shocks", shock_of);
    else if (name == "edition")
        known_edition(item);
    else if (name == "open") {
        if (!item.is_array()) refuse("/open", "expected a list of paths");
        for (const Json& path : item) compile.open.push_back(text_of(path, "/open"));
    } else
        return false;
    return true;
}

}  // namespace

Target target_of(const std::string& json) {
    Target target;
    const Json value = parsed(json);
    for (const auto& [name, item] : value.items()) {
        if (item.is_null()) continue;
        if (name == "party")
            target.party = text_of(item, "/party");
        else if (name == "clause")
            target.clause = text_of(item, "/clause");
        else if (name == "quantity")
            target.quantity = text_of(item, "/quantity");
        else if (name == "entry")
            target.entry = text_of(item, "/entry");
        else if (name == "every")
            target.every = choice<Every>(item, "/every");
        else if (name == "period")
            target.period = static_cast<int>(whole(item, "/period"));
        else if (name == "basis")
            target.basis = world_named(item, "/basis");
        else
            refuse("/" + name, "unknown key; expected party, clause, quantity or entry, and every, period, basis");
    }
    return target;
}

SettleRequest read_settle_request(const std::string& json) {
    SettleRequest request;
    const Json value = parsed(json);
    for (const auto& [name, item] : value.items()) {
        if (common(request.compile, name, item)) continue;
        if (name == "inputs") {
            for (auto& [id, values] : inputs_of(item)) request.inputs[id] = Given(std::move(values));
        } else if (name == "reasons") {
            request.reasons = reasons_of(item);
        } else if (name == "mode") {
            if (item != "data" && item != "plan") refuse("/mode", "got " + item.dump() + "; expected data or plan");
            request.plan_mode = item == "plan";
        } else if (name == "as_at") {
            if (!item.is_null()) request.as_at = month_of(item, "/as_at");
        } else if (name == "posted") {
            if (item.is_null()) continue;
            request.against_posted = true;
            if (!item.is_array()) refuse("/posted", "expected a list of entries");
            for (std::size_t i = 0; i < item.size(); ++i) {
                const std::string path = "/posted/" + std::to_string(i);
                if (!item[i].is_object() || !item[i].contains("id") || !item[i].contains("amount"))
                    throw DataError("the posted ledger is not understood",
                                    {{"malformed", path, "an entry needs id and amount", ""}});
                if (item[i].value("basis", "practised") != "practised") continue;
                request.posted.push_back({text_of(item[i]["id"], path + "/id"), "practised",
                                          item[i].value("kind", "payment"),
                                          number_of(item[i]["amount"], path + "/amount")});
            }
        } else if (name == "disputes") {
            request.disputes = truth(item, "/disputes");
        } else if (name == "dispute_limit") {
            request.dispute_limit = static_cast<int>(std::min<std::uint64_t>(whole(item, "/dispute_limit"), 1'000'000));
        } else {
            refuse("/" + name, "unknown key");
        }
    }
    return request;
}

namespace {
SamplingDesign sampling_design(const Json& value) {
    SamplingDesign design;
    if (!value.is_object()) refuse("/sampling", "expected an object");
    for (const auto& [name, item] : value.items()) {
        if (name == "method")
            design.method = sampling_named(text_of(item, "/sampling/method"));
        else if (name == "replications")
            design.replications =
                static_cast<unsigned>(std::min<std::uint64_t>(whole(item, "/sampling/replications"), 1'000'000));
        else if (name == "points")
            design.points = whole(item, "/sampling/points");
        else
            refuse("/sampling/" + name, "unknown key; expected method, replications or points");
    }
    return design;
}
}  // namespace

SimulateRequest read_simulate_request(const std::string& json) {
    SimulateRequest request;
    const Json value = parsed(json);
    for (const auto& [name, item] : value.items()) {
        if (common(request.compile, name, item)) continue;
        if (name == "inputs")
            request.inputs = inputs_of(item);
        else if (name == "reasons")
            request.reasons = reasons_of(item);
        else if (name == "draws")
            request.draws = whole(item, "/draws");
        else if (name == "seed")
            request.seed = whole(item, "/seed");
        else if (name == "first_draw")
            request.first_draw = whole(item, "/first_draw");
        else if (name == "threads")
            request.threads = static_cast<unsigned>(std::min<std::uint64_t>(whole(item, "/threads"), 100'000));
        else if (name == "sampling")
            request.sampling = sampling_design(item);
        else if (name == "block")
            request.block = static_cast<unsigned>(std::min<std::uint64_t>(whole(item, "/block"), 1'000'000));
        else if (name == "all_parties")
            request.all_parties = truth(item, "/all_parties");
        else if (name == "level")
            request.level = text_of(item, "/level");
        else if (name == "precision") {
            const std::string precision = text_of(item, "/precision");
            if (precision != "double" && precision != "single") refuse("/precision", "expected 'double' or 'single'");
            request.precision = precision == "single" ? Precision::single : Precision::full;
        } else if (name == "parts")
            request.parts = list_of(item, "/parts", part_of);
        else if (name == "every" || name == "basis" || name == "track") {
            if (!item.is_array()) refuse("/" + name, "expected a list");
            if (name == "every") request.compile.position_calendars.clear();
            if (name == "basis") request.basis.clear();
            for (const Json& part : item) {
                if (name == "every")
                    request.compile.position_calendars.push_back(choice<Every>(part, "/every"));
                else if (name == "basis")
                    request.basis.push_back(world_named(part, "/basis"));
                else
                    request.compile.track.push_back(text_of(part, "/track"));
            }
        } else if (name == "track_every")
            request.compile.track_every = choice<Every>(item, "/track_every");
        else
            refuse("/" + name, "unknown key");
    }
    return request;
}

}  // namespace openbook::engine
