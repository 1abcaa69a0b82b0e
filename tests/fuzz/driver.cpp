// A fuzzer for compilers without libFuzzer: the documents of a corpus, and what chance makes of them. The same seed
// gives the same inputs. The last input stands in a file, so that one that ended the process can be run again.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Texts = std::vector<std::string>;

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Texts corpus_of(const std::vector<std::filesystem::path>& places) {
    std::vector<std::filesystem::path> files;
    for (const auto& place : places) {
        if (!std::filesystem::is_directory(place)) {
            files.push_back(place);
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
            if (entry.is_regular_file() && entry.path().extension() == ".json") files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    Texts found;
    for (const auto& file : files) found.push_back(content_of(file));
    return found;
}

class Mutator {
public:
    Mutator(const Texts& corpus, std::uint64_t seed) : corpus_(corpus), random_(seed) {}

    std::string next() {
        std::string text = any(corpus_);
        for (std::size_t left = 1 + below(6); left > 0; --left) change(text);
        return text;
    }

private:
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
    const std::string& any(const Texts& texts) { return texts[below(texts.size())]; }

    /// Where a value, a key or a word begins, and how long it is.
    std::pair<std::size_t, std::size_t> token(const std::string& text) {
        if (text.empty()) return {0, 0};
        static const std::string ends = ",:{}[]\" \n";
        std::size_t start = below(text.size());
        while (start < text.size() && ends.find(text[start]) != std::string::npos) ++start;
        while (start > 0 && start < text.size() && ends.find(text[start - 1]) == std::string::npos) --start;
        std::size_t stop = start;
        while (stop < text.size() && ends.find(text[stop]) == std::string::npos) ++stop;
        return {start, stop - start};
    }

    void change(std::string& text) {
        static const Texts words = {"null",     "true",
                                    "-0",       "1e999",
                                    "1e-999",   "0.1",
                                    "\"\"",     "{}",
                                    "[]",       "[[[[[",
                                    "}",        "]",
                                    ",",        "\\u0000",
                                    "\\ud800",  "\xff\xfe",
                                    "£",        "\"£1\"",
                                    "min(",     "if",
                                    "previous", "99999999999999999999",
                                    "/0",       "%"};
        const std::size_t at = below(text.size() + 1), size = below(std::min<std::size_t>(text.size() - at + 1, 200));
        switch (below(8)) {
            case 0: text.insert(at, any(words)); break;
            case 1: text.erase(at, size); break;
            case 2: text.insert(at, text.substr(below(text.size() + 1), size)); break;
            case 3:
                if (at < text.size()) text[at] = static_cast<char>(below(256));
                break;
            case 4: {
                const std::string& other = any(corpus_);
                text.replace(at, size, other.substr(below(other.size() + 1), below(200)));
                break;
            }
            case 5: {
                const auto [start, length] = token(text);
                text.replace(start, length, any(words));
                break;
            }
            case 6: {  // a token of another document, so that what is changed is still a document more often than not
                const std::string& other = any(corpus_);
                const auto [from, many] = token(other);
                const auto [start, length] = token(text);
                text.replace(start, length, other.substr(from, many));
                break;
            }
            default: text.resize(at); break;
        }
    }

    const Texts& corpus_;
    std::mt19937_64 random_;
};

void run(const std::string& text) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace

int main(int count, char** given) {
    std::vector<std::filesystem::path> places;
    std::filesystem::path last = "last_input.json";
    double seconds = 5;
    std::uint64_t seed = 1;
    for (int i = 1; i < count; ++i) {
        const std::string option = given[i];
        if (option == "--seconds" && i + 1 < count) {
            seconds = std::atof(given[++i]);
        } else if (option == "--seed" && i + 1 < count) {
            seed = std::strtoull(given[++i], nullptr, 10);
        } else if (option == "--last" && i + 1 < count) {
            last = given[++i];
        } else {
            places.emplace_back(option);
        }
    }
    const Texts corpus = corpus_of(places);
    if (corpus.empty()) {
        std::fprintf(stderr, "fuzz: no document; give files, or folders of *.json\n");
        return 2;
    }
    for (const std::string& text : corpus) run(text);
    Mutator mutator(corpus, seed);
    std::size_t runs = 0;
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (; std::chrono::steady_clock::now() < end; ++runs) {
        const std::string text = mutator.next();
        std::ofstream(last, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
        run(text);
    }
    std::filesystem::remove(last);
    std::printf("fuzz: %zu documents of a corpus, %zu made from them, seed %llu: nothing broken\n", corpus.size(), runs,
                static_cast<unsigned long long>(seed));
    return 0;
}
