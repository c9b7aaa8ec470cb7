// json_simdjson.cc - how long a large topology takes from JSON to memory, beside simdjson on-demand doing the same.
//
// usage: json_simdjson [ROUNDS [AGENTS [LINKS_PER_AGENT]]]      json_simdjson write >FILE
//
// Ours is aura_observe with a whole document, as a C caller has it: borrowed bytes in, answer and event log included.
// Theirs keeps the same things: ids in a pool behind an open-addressing hash table, both ends of each link, the numeric
// columns, the words of "region". simdjson wants padded bytes, so a caller with plain bytes copies them first; its time
// is given with and without that copy. Each peak of memory is measured in a child process of its own: the highest
// resident size during the call less what is resident after it.
#include "large_document.h"

#include <aura.h>
#include <simdjson.h>
#include <sys/wait.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace od = simdjson::ondemand;

struct Ids {
  std::vector<char> pool;
  std::vector<size_t> offsets{0};
  std::vector<std::pair<uint32_t, int32_t>> slots = std::vector<std::pair<uint32_t, int32_t>>(16, {0, -1});

  static uint64_t hash(std::string_view id) {
    uint64_t h = 0x9E3779B97F4A7C15u ^ id.size();
    size_t at = 0;
    for (; at + 8 <= id.size(); at += 8) {
      uint64_t word;
      std::memcpy(&word, id.data() + at, 8);
      h = (h ^ word) * 0xFF51AFD7ED558CCDu;
      h ^= h >> 32;
    }
    uint64_t tail = 0;
    std::memcpy(&tail, id.data() + at, id.size() - at);
    h = (h ^ tail) * 0xFF51AFD7ED558CCDu;
    return h ^ h >> 32;
  }
  std::string_view id(int32_t i) const { return {pool.data() + offsets[i], offsets[i + 1] - offsets[i]}; }
  size_t place(std::string_view wanted, uint64_t h) const {
    size_t mask = slots.size() - 1, j = h & mask;
    while (slots[j].second >= 0 && !(slots[j].first == uint32_t(h >> 32) && id(slots[j].second) == wanted))
      j = (j + 1) & mask;
    return j;
  }
  int32_t find(std::string_view wanted) const { return slots[place(wanted, hash(wanted))].second; }
  bool insert(std::string_view added) {
    if (2 * offsets.size() > slots.size()) {
      std::vector<std::pair<uint32_t, int32_t>> wider(2 * slots.size(), {0, -1});
      wider.swap(slots);
      for (size_t i = 0; i + 1 < offsets.size(); i++) {
        uint64_t h = hash(id(i));
        slots[place(id(i), h)] = {uint32_t(h >> 32), int32_t(i)};
      }
    }
    uint64_t h = hash(added);
    size_t j = place(added, h);
    if (slots[j].second >= 0) return false;
    slots[j] = {uint32_t(h >> 32), int32_t(offsets.size() - 1)};
    pool.insert(pool.end(), added.begin(), added.end());
    offsets.push_back(pool.size());
    return true;
  }
};

struct Columns {
  std::vector<std::pair<std::string, std::vector<double>>> numbers;
  std::vector<double> &named(std::string_view name, size_t place) {
    if (place < numbers.size() && numbers[place].first == name) return numbers[place].second;
    for (auto &column : numbers)
      if (column.first == name) return column.second;
    numbers.emplace_back(std::string(name), std::vector<double>());
    return numbers.back().second;
  }
  void set(std::string_view name, size_t place, size_t row, double value) {
    std::vector<double> &column = named(name, place);
    column.resize(row, NAN);
    column.push_back(value);
  }
};

struct Network {
  Ids ids;
  Columns agents, links;
  std::vector<std::string> words;
  std::vector<int32_t> regions, sources, targets;
};

static void region(Network &net, std::string_view word, size_t row) {
  auto found = std::find(net.words.begin(), net.words.end(), word);
  int32_t code = int32_t(found - net.words.begin());
  if (found == net.words.end()) net.words.emplace_back(word);
  net.regions.resize(row, -1);
  net.regions.push_back(code);
}

static std::unique_ptr<Network> theirs(od::parser &parser, simdjson::padded_string_view text) {
  auto net = std::make_unique<Network>();
  auto document = parser.iterate(text);
  for (auto member : document.get_object()) {
    std::string_view key = member.unescaped_key();
    if (key == "nodes") {
      size_t row = 0;
      for (auto element : member.value().get_array()) {
        size_t place = 0;
        for (auto field : element.get_object()) {
          std::string_view name = field.unescaped_key();
          if (name == "id") {
            if (!net->ids.insert(std::string_view(field.value().get_string()))) throw std::runtime_error("two ids");
          } else if (name == "region") {
            region(*net, std::string_view(field.value().get_string()), row);
          } else {
            net->agents.set(name, place++, row, double(field.value().get_double()));
          }
        }
        row++;
      }
    } else if (key == "edges") {
      for (auto element : member.value().get_array()) {
        size_t place = 0, row = net->sources.size();
        int32_t source = -1, target = -1;
        for (auto field : element.get_object()) {
          std::string_view name = field.unescaped_key();
          if (name == "source") source = net->ids.find(std::string_view(field.value().get_string()));
          else if (name == "target") target = net->ids.find(std::string_view(field.value().get_string()));
          else net->links.set(name, place++, row, double(field.value().get_double()));
        }
        if (source < 0 || target < 0) throw std::runtime_error("dangling link");
        net->sources.push_back(source);
        net->targets.push_back(target);
      }
    }
  }
  return net;
}

/* Processor time of all threads of the process: other programs on the machine do not show in it. */
static double now_ms() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return 1e3 * double(t.tv_sec) + 1e-6 * double(t.tv_nsec);
}

static double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

static std::string request(const char *text, size_t length) {
  return "{\"topology\":\"large\",\"document\":" + std::string(text, length) + "}";
}

static void ours(aura_session session, const std::string &request) {
  aura_result result;
  aura_error error = {sizeof error, AURA_OK, 0, "", ""};
  if (aura_observe(session, request.data(), request.size(), nullptr, &result, &error) != AURA_OK) {
    std::fprintf(stderr, "observe: %s at '%s'\n", error.message, error.pointer);
    std::exit(1);
  }
  aura_result_free(result);
}

static double field_mib(const char *name) {
  char line[256];
  double kib = 0;
  FILE *file = std::fopen("/proc/self/status", "r");
  while (file && std::fgets(line, sizeof line, file))
    if (!std::strncmp(line, name, std::strlen(name))) kib = std::atof(line + std::strlen(name) + 1);
  if (file) std::fclose(file);
  return kib / 1024;
}

/* Peak resident memory of `work` beyond what it leaves behind, measured in a child. */
template <class Work>
static double peak_mib(Work work) {
  int pipes[2];
  double extra = -1;
  std::fflush(nullptr);
  if (pipe(pipes)) return -1;
  if (pid_t child = fork(); child == 0) {
    malloc_trim(0);
    if (FILE *file = std::fopen("/proc/self/clear_refs", "w")) {
      std::fputs("5", file); /* starts the high-water mark anew */
      std::fclose(file);
    }
    auto kept = work(); // lives until the measurement is over
    (void)kept;
    double peak = field_mib("VmHWM");
    malloc_trim(0);
    extra = peak - field_mib("VmRSS");
    if (write(pipes[1], &extra, sizeof extra) < 0) _exit(1);
    _exit(0);
  } else {
    if (read(pipes[0], &extra, sizeof extra) != sizeof extra) extra = -1;
    waitpid(child, nullptr, 0);
  }
  close(pipes[0]);
  close(pipes[1]);
  return extra;
}

int main(int argc, char **argv) {
  bool write = argc > 1 && !std::strcmp(argv[1], "write");
  int rounds = argc > 1 && !write ? std::atoi(argv[1]) : 15, agents = argc > 2 ? std::atoi(argv[2]) : 100000;
  int links = argc > 3 ? std::atoi(argv[3]) : 4;
  size_t length = 0;
  char *text = large_document(agents, links, 1, &length);
  if (!text || rounds < 1) return 2;
  if (write) return std::fwrite(text, 1, length, stdout) == length ? 0 : 1;
  std::string whole = request(text, length);
  simdjson::padded_string padded(text, length);
  std::free(text);

  double extra_ours = peak_mib([&] {
    aura_session session;
    if (aura_session_open(nullptr, &session, nullptr) != AURA_OK) std::exit(1);
    ours(session, whole);
    return session;
  });
  double extra_theirs = peak_mib([&] {
    simdjson::padded_string copy(padded.data(), padded.size());
    od::parser parser;
    return theirs(parser, copy);
  });

  aura_session session;
  if (aura_session_open(nullptr, &session, nullptr) != AURA_OK) return 1;
  std::vector<double> a, b, c, ratio;
  for (int round = -1; round < rounds; round++) { /* the first one warms up */
    double t0 = now_ms();
    ours(session, whole);
    double t1 = now_ms();
    {
      od::parser parser;
      theirs(parser, padded);
    }
    double t2 = now_ms();
    { simdjson::padded_string copy(padded.data(), padded.size()); }
    double t3 = now_ms();
    if (round < 0) continue;
    a.push_back(t1 - t0);
    b.push_back(t2 - t1);
    c.push_back(t3 - t1);
  }
  aura_session_close(session);
  std::printf("topology from JSON: %d agents, %d links, %.1f MB, %d rounds in turn, medians of processor time\n", agents, agents * links,
              double(length) / 1e6, rounds);
  std::printf("  aura_observe (C border)          %7.1f ms  %5.0f MB/s  %6.1f MiB beyond the topology\n", median(a),
              double(length) / 1e3 / median(a), extra_ours);
  std::printf("  simdjson on-demand (%s)   %7.1f ms  %5.0f MB/s  without the copy it needs\n",
              simdjson::get_active_implementation()->name().c_str(), median(b), double(length) / 1e3 / median(b));
  std::printf("  simdjson on-demand, with copy    %7.1f ms  %5.0f MB/s  %6.1f MiB beyond the network\n", median(c),
              double(length) / 1e3 / median(c), extra_theirs);
  std::printf("  ratio %.2f to simdjson, %.2f to simdjson with its copy (goal: at most 1.20)\n", median(a) / median(b),
              median(a) / median(c));
  return 0;
}
