#include "openbook/schema.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "book/json_reader.hpp"
#include "openbook/book/book.hpp"

namespace openbook {
namespace {

using Json = nlohmann::ordered_json;

/// A record as the document shows it: alternatives are records of their own that include the common fields.
struct Shown {
    const Record* record;
    const Record* alternative = nullptr;
    [[nodiscard]] const std::string& name() const { return alternative ? alternative->name : record->name; }
};

const Field* flattened(const Record& record) {
    for (const Field& field : record.fields)
        if (field.flattened) return &field;
    return nullptr;
}

void collect(const Record& record, std::vector<Shown>& shown, std::vector<const Record*>& seen) {
    if (std::find(seen.begin(), seen.end(), &record) != seen.end()) return;
    seen.push_back(&record);
    for (const Field& field : record.fields) {
        const Type* type = field.type;
        while (type->element) type = type->element;
        if (type->record) collect(type->record(), shown, seen);
        for (const auto& alternative : type->alternatives)
            for (const Field& inner : alternative().fields) {
                const Type* inner_type = inner.type;
                while (inner_type->element) inner_type = inner_type->element;
                if (inner_type->record) collect(inner_type->record(), shown, seen);
            }
    }
    if (const Field* variant = flattened(record))
        for (const auto& alternative : variant->type->alternatives) shown.push_back({&record, &alternative()});
    else
        shown.push_back({&record});
}

std::vector<Shown> all_records() {
    std::vector<Shown> shown;
    std::vector<const Record*> seen;
    collect(Book::record(), shown, seen);
    collect(ScenarioSet::record(), shown, seen);
    return shown;
}

Json number_or_text() {
    return {{"type", {"number", "string", "boolean"}}, {"minLength", 1}};
}

Json schema_of(const Type& type, const Field* field) {
    switch (type.kind) {
        case Kind::boolean: return {{"type", "boolean"}};
        case Kind::integer: {
            Json json = {{"type", "integer"}};
            if (field && field->low) json["minimum"] = static_cast<long>(*field->low);
            if (field && field->high) json["maximum"] = static_cast<long>(*field->high);
            return json;
        }
        case Kind::decimal: return {{"type", {"number", "string"}}};
        case Kind::text:
            if (field && field->name == "id") return {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]{0,63}$"}};
            return {{"type", "string"}};
        case Kind::month: return {{"type", "string"}, {"pattern", "^[0-9]{4}-(0[1-9]|1[0-2])$"}};
        case Kind::formula: return number_or_text();
        case Kind::term: return {{"anyOf", Json::array({number_or_text(), Json{{"$ref", "#/$defs/term"}}})}};
        case Kind::raw: return Json(true);
        case Kind::choice: return {{"enum", type.choices}};
        case Kind::list: return {{"type", "array"}, {"items", schema_of(*type.element, nullptr)}};
        case Kind::map: return {{"type", "object"}, {"additionalProperties", schema_of(*type.element, nullptr)}};
        case Kind::optional:
            return {{"anyOf", Json::array({schema_of(*type.element, nullptr), Json{{"type", "null"}}})}};
        case Kind::record: {
            const Record& record = type.record();
            if (const Field* variant = flattened(record)) {
                Json any = Json::array();
                for (const auto& alternative : variant->type->alternatives)
                    any.push_back({{"$ref", "#/$defs/" + alternative().name}});
                return {{"anyOf", any}};
            }
            return {{"$ref", "#/$defs/" + record.name}};
        }
        case Kind::variant: break;
    }
    return Json(true);
}

void add_fields(const Record& record, Json& properties, Json& required) {
    for (const Field& field : record.fields) {
        if (field.flattened) continue;
        Json json = schema_of(*field.type, &field);
        if (json.is_object())
            json["description"] = field.documentation + (field.unit.empty() ? "" : " [" + field.unit + "]");
        properties[field.name] = json;
        if (field.needed) required.push_back(field.name);
    }
}

Json type_json(const Type& type) {
    static const char* const names[] = {"boolean", "integer", "decimal", "text", "month",    "formula", "term",
                                        "raw",     "choice",  "list",    "map",  "optional", "record",  "variant"};
    Json json = {{"kind", names[static_cast<int>(type.kind)]}};
    if (type.element) json["element"] = type_json(*type.element);
    if (type.kind == Kind::record) {
        json["record"] = type.record().name;
        if (const Field* variant = flattened(type.record())) {
            json["alternatives"] = Json::array();
            for (const auto& alternative : variant->type->alternatives)
                json["alternatives"].push_back(alternative().name);
        }
    }
    if (!type.choices.empty()) json["choices"] = type.choices;
    return json;
}

void describe_fields(const Record& record, Json& fields) {
    void* prototype = const_cast<void*>(record.prototype.get());
    for (const Field& field : record.fields) {
        if (field.flattened) continue;
        Json json = {{"name", field.name},
                     {"documentation", field.documentation},
                     {"type", type_json(*field.type)},
                     {"required", field.needed}};
        json["default"] = Json::parse(write_value(*field.type, field.at(prototype), {}).compact());
        if (field.type->kind == Kind::term && static_cast<const Term*>(field.at(prototype))->empty())
            json["default"] = nullptr;
        json["unit"] = field.unit;
        json["refers_to"] = field.refers_to;
        json["low"] = field.low ? Json(*field.low) : Json(nullptr);
        json["high"] = field.high ? Json(*field.high) : Json(nullptr);
        fields.push_back(json);
    }
}

}  // namespace

std::string json_schema() {
    Json definitions = Json::object();
    for (const Shown& shown : all_records()) {
        Json properties = Json::object(), required = Json::array();
        if (shown.alternative) {
            properties["kind"] = {{"const", shown.name()}};
            required.push_back("kind");
        }
        add_fields(*shown.record, properties, required);
        if (shown.alternative) add_fields(*shown.alternative, properties, required);
        Json json = {
            {"type", "object"},
            {"description", shown.alternative ? shown.alternative->documentation : shown.record->documentation},
            {"properties", properties},
            {"additionalProperties", false}};
        if (!required.empty()) json["required"] = required;
        definitions[shown.name()] = json;
    }
    definitions["term"]["anyOf"] = Json::array({Json{{"required", {"value"}}}, Json{{"required", {"steps"}}}});
    definitions["book"]["properties"]["format"] = {{"const", format_version},
                                                   {"description", "Version of the document format."}};
    return Json{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                {"title", "openbook book, format " + std::to_string(format_version)},
                {"$ref", "#/$defs/book"},
                {"$defs", definitions}}
        .dump(1);
}

std::string description() {
    Json records = Json::array();
    for (const Shown& shown : all_records()) {
        const Record& record = shown.alternative ? *shown.alternative : *shown.record;
        Json fields = Json::array();
        describe_fields(*shown.record, fields);
        if (shown.alternative) describe_fields(*shown.alternative, fields);
        records.push_back({{"name", shown.name()},
                           {"kind_of", shown.alternative ? shown.record->name : ""},
                           {"documentation", record.documentation},
                           {"source", record.source},
                           {"example", record.example},
                           {"fields", fields}});
    }
    return Json{{"format", format_version}, {"records", records}}.dump();
}

}  // namespace openbook
