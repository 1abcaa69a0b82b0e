#include "openbook/schema.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <variant>

#include "openbook/book/contracts.hpp"
#include "openbook/json.hpp"

using Json = nlohmann::json;

namespace {

/// The clause families that the core describes.
std::vector<std::string> families() {
    std::vector<std::string> found;
    const Json description = Json::parse(openbook::description());
    for (const Json& record : description["records"])
        if (record["kind_of"] == "clause") found.push_back(record["name"]);
    return found;
}

/// The records that a type needs: of itself, of its elements, of its alternatives.
std::vector<std::string> needed(const Json& type) {
    if (type.contains("alternatives")) return type["alternatives"];
    if (type.contains("record")) return {type["record"]};
    if (type.contains("element")) return needed(type["element"]);
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema)

BOOST_AUTO_TEST_CASE(every_record_is_described_once_and_after_what_it_holds) {
    const Json description = Json::parse(openbook::description());
    BOOST_TEST(description["format"] == 1);
    std::set<std::string> seen;
    for (const Json& record : description["records"]) {
        const std::string name = record["name"];
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(!record["documentation"].get<std::string>().empty());
            std::set<std::string> fields;
            for (const Json& field : record["fields"]) {
                BOOST_TEST(fields.insert(field["name"]).second,
                           "field " << field["name"] << " collides with a field common to its kind");
                // A record that is one of several kinds says which one by the key "kind".
                BOOST_TEST((record["kind_of"] == "" || field["name"] != "kind"));
                BOOST_TEST(!field["documentation"].get<std::string>().empty());
                for (const std::string& other : needed(field["type"]))
                    BOOST_TEST(seen.contains(other), other << " is described too late");
            }
            BOOST_TEST(seen.insert(name).second, "two records are called " << name);
        }
    }
    BOOST_TEST(seen.contains("book"));
    BOOST_TEST(!seen.contains("clause"));  // only its families can be written
}

BOOST_AUTO_TEST_CASE(families_carry_the_common_fields_and_a_readable_example) {
    const Json description = Json::parse(openbook::description());
    std::map<std::string, Json> records;
    for (const Json& record : description["records"]) records[record["name"]] = record;
    BOOST_TEST(families().size() == std::variant_size_v<openbook::Terms>);  // each is described, and once
    for (const std::string& family : families()) BOOST_TEST_CONTEXT(family) {
            const Json& record = records.at(family);
            BOOST_TEST(record["fields"][0]["name"] == "id");
            const std::string written = openbook::check_value(family, record["example"].get<std::string>());
            BOOST_TEST(Json::parse(written)["kind"] == family);
            BOOST_TEST(openbook::check_value(family, written) == written);
        }
}

BOOST_AUTO_TEST_CASE(defaults_are_those_of_the_structs) {
    const Json description = Json::parse(openbook::description());
    std::map<std::string, Json> defaults;
    for (const Json& record : description["records"])
        for (const Json& field : record["fields"])
            defaults[record["name"].get<std::string>() + "." + field["name"].get<std::string>()] = field["default"];
    BOOST_TEST(defaults.at("calendar.months") == 12);
    BOOST_TEST(defaults.at("block.paid_after") == 0);
    BOOST_TEST(defaults.at("block.every") == "month");
    BOOST_TEST(defaults.at("penalty.cap").is_null());
    BOOST_TEST(defaults.at("part.eligible") == true);
    BOOST_TEST(defaults.at("lognormal.effect") == "factor");
}

BOOST_AUTO_TEST_CASE(the_schema_says_what_the_reader_refuses) {
    const Json schema = Json::parse(openbook::json_schema());
    BOOST_TEST(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
    for (const auto& [name, record] : schema["$defs"].items())
        BOOST_TEST(record["additionalProperties"] == false, name);
    const Json& calendar = schema["$defs"]["calendar"];
    BOOST_TEST(calendar["required"] == Json::array({"start"}));
    BOOST_TEST(calendar["properties"]["months"]["minimum"] == 1);
    BOOST_TEST(calendar["properties"]["months"]["maximum"] == 1200);
    const Json& block = schema["$defs"]["block"];
    BOOST_TEST(block["properties"]["kind"]["const"] == "block");
    BOOST_TEST(block["required"] == Json::array({"kind", "id", "amount"}));
    BOOST_TEST(block["properties"]["amount"]["description"].get<std::string>().ends_with("[£]"));
    BOOST_TEST(schema["$defs"]["contract"]["properties"]["clauses"]["items"]["anyOf"].size() == families().size());
    // Every reference inside the schema leads somewhere.
    const std::string text = schema.dump();
    for (std::size_t at = text.find("#/$defs/"); at != std::string::npos; at = text.find("#/$defs/", at + 1)) {
        const std::size_t from = at + 8;
        BOOST_TEST(schema["$defs"].contains(text.substr(from, text.find('"', from) - from)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
