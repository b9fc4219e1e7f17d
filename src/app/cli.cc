// SPDX-License-Identifier: Apache-2.0
#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <functional>
#include <optional>
#include <system_error>

#include "app/commands.h"
#include "app/signals.h"
#include "base/json.h"
#include "base/say.h"
#include "pipeline/spec_reader.h"

namespace yk::app {
namespace {

using Command = std::function<Result<int>(const CommandContext&)>;

/// Bad usage and bad specs are the user's to mend (2); the rest ends the command (1).
int CodeOf(const Error& error) {
  switch (error.code) {
    case Code::kInvalid:
    case Code::kNotFound:
    case Code::kConflict: return 2;
    case Code::kCancelled: return 130;
    default: return 1;
  }
}

/// The one place where a command's error is printed: a sentence on stderr and, for scripts, an object on stdout.
int Report(const Error& error, bool json) {
  const int code = CodeOf(error);
  Say("yakan: {}\n", error.ToString());
  if (json) {
    const Json described = {{"code", std::string(CodeName(error.code))}, {"message", error.ToString()}};
    fmt::print("{}\n", DumpJson({{"error", described}, {"exit", code}}));
  }
  return code;
}

/// CLI11 calls it with the word; an empty answer means fine.
std::string WholeNumberAboveZero(const std::string& word) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error == std::errc() && end == word.data() + word.size() && number > 0) return "";
  return fmt::format("must be a whole number above 0, but is '{}'", word);
}

/// The command line as CLI11 sees it, and what was chosen.
class CommandLine {
 public:
  CommandLine() {
    app_.set_version_flag("--version", "yakan " YAKAN_VERSION);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.add_option("--store", store_, "the store: sqlite:PATH (default: yakan.db beside yakan.yaml or the job file)");
    app_.add_flag("--json", json_, "print one JSON object");
    AddRun();
    AddLook();
    AddControl();
    AddTools();
  }

  /// The exit code of a parse that ended there (help, version, mistake), or nothing.
  std::optional<int> Parse(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
      return std::nullopt;
    } catch (const CLI::CallForHelp& help) {
      return app_.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
      return app_.exit(help);
    } catch (const CLI::CallForVersion& version) {
      return app_.exit(version);
    } catch (const CLI::ParseError& error) {
      const Error usage{Code::kInvalid, Explain(error, argc, argv), {}};
      const bool json =
          std::any_of(argv, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
      return Report(usage, json);
    }
  }

  const Command& command() const { return command_; }
  const std::string& store() const { return store_; }
  bool json() const { return json_; }

 private:
  static std::string DidYouMean(const std::string& word, const std::vector<std::string>& known, std::string otherwise) {
    const std::string near = pipeline::Nearest(word, std::vector<std::string_view>(known.begin(), known.end()));
    return near.empty() ? std::move(otherwise) : fmt::format("did you mean '{}'?", near);
  }

  static std::vector<std::string> CommandsOf(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(sub->get_name());
    }
    return names;
  }

  /// One sentence for a command line that does not parse.
  std::string Explain(const CLI::ParseError& error, int argc, char** argv) const {
    std::vector<const CLI::App*> chosen{&app_};  // `yakan`, `model`, `add`
    std::string typed;
    for (int i = 1; i < argc; ++i) {
      const std::vector<std::string> names = CommandsOf(*chosen.back());
      if (names.empty()) break;
      const std::string word = argv[i];
      if (word == "--store") ++i;  // its value is no command
      if (word.starts_with("-")) continue;
      typed += (typed.empty() ? "" : " ") + word;
      if (std::find(names.begin(), names.end(), word) == names.end()) {
        return fmt::format("there is no command '{}'; {}", typed, DidYouMean(word, names, "`yakan --help` lists them"));
      }
      chosen.push_back(chosen.back()->get_subcommand(word));
    }
    if (typed.empty()) return "a command is needed, for example `yakan run JOB.yaml`; `yakan --help` lists them";
    if (const auto names = CommandsOf(*chosen.back()); !names.empty()) {
      return fmt::format("`yakan {}` needs one of: {}", typed, fmt::join(names, ", "));
    }
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
      if (std::string sentence = UnknownWord(chosen, typed, argc, argv); !sentence.empty()) return sentence;
    }
    return fmt::format("{}; `yakan {} --help` says more", error.what(), typed);
  }

  /// Names the first flag that neither the command nor the program has.
  static std::string UnknownWord(const std::vector<const CLI::App*>& chosen, const std::string& typed, int argc,
                                 char** argv) {
    std::vector<std::string> flags;
    for (auto app = chosen.rbegin(); app != chosen.rend(); ++app) {
      for (const CLI::Option* option : (*app)->get_options()) {
        for (const auto& name : option->get_lnames()) flags.push_back("--" + name);
      }
    }
    for (int i = 1; i < argc; ++i) {
      const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
      if (!word.starts_with("-") || std::find(flags.begin(), flags.end(), word) != flags.end()) continue;
      return fmt::format("`yakan {}` has no flag {}; {}", typed, word,
                         DidYouMean(word, flags, fmt::format("`yakan {} --help` lists them", typed)));
    }
    return "";
  }

  CLI::App* Sub(const std::string& name, const std::string& help, Command command) {
    CLI::App* sub = app_.add_subcommand(name, help);
    sub->callback([this, command = std::move(command)] { command_ = command; });
    return sub;
  }

  void AddRun() {
    CLI::App* run = Sub("run", "run a job file, or go on with it where it stopped",
                        [this](const auto& c) { return CmdRun(c, run_); });
    CLI::App* plan =
        Sub("plan", "say what a run would ask, without asking", [this](const auto& c) { return CmdPlan(c, run_); });
    for (CLI::App* sub : {run, plan}) {
      sub->add_option("JOB", run_.job_file, "the job file")->required();
      sub->add_option("--input", run_.inputs, "read this instead of what the job file names (repeatable)")
          ->allow_extra_args(false);
      sub->add_option("--set", run_.sets, "change the job file: path=value (repeatable)")->allow_extra_args(false);
      sub->add_option("--limit", run_.limit, "only the first N rows, for a first look")->check(WholeNumberAboveZero);
    }
    run->add_flag("--dry-run", run_.dry_run, "the same as plan");
    run->add_flag("--new", run_.force_new, "start anew although an unfinished run differs");
    run->add_flag("--ask-again", run_.ask_again, "ask anew where a stored answer is not valid");
    run->add_flag("--quiet", run_.quiet, "no progress");
  }

  void AddLook() {
    Sub("status", "how far a job is", [this](const auto& c) {
      return CmdStatus(c, job_);
    })->add_option("JOB", job_, "id or name");
    Sub("jobs", "list the jobs of the store", [](const auto& c) { return CmdJobs(c); });
    CLI::App* results =
        Sub("results", "print a job's rows as they are now", [this](const auto& c) { return CmdResults(c, results_); });
    results->add_option("JOB", results_.job, "id or name")->required();
    results->add_option("--format", results_.format, "jsonl or csv")->check(CLI::IsMember({"jsonl", "csv"}));
    results->add_flag("--errors", results_.errors, "only rows that failed");
    results->add_option("--limit", results_.limit, "at most N rows")->check(WholeNumberAboveZero);
  }

  void AddControl() {
    for (const char* verb : {"pause", "cancel"}) {
      Sub(verb, fmt::format("{} a job", verb), [this, verb](const auto& c) { return CmdAct(c, verb, job_); })
          ->add_option("JOB", job_, "id or name")
          ->required();
    }
    CLI::App* resume =
        Sub("resume", "go on with a job", [this](const auto& c) { return CmdGoOn(c, job_, false, run_.quiet); });
    CLI::App* retry = Sub("retry", "try the failed rows of a job again",
                          [this](const auto& c) { return CmdGoOn(c, job_, true, run_.quiet); });
    retry->add_flag("--failed", failed_, "the failed rows (the default)");
    for (CLI::App* sub : {resume, retry}) {
      sub->add_option("JOB", job_, "id or name")->required();
      sub->add_flag("--quiet", run_.quiet, "no progress");
    }
  }

  void AddTools() {
    CLI::App* eval =
        Sub("eval", "score results against a gold file", [this](const auto& c) { return CmdEval(c, eval_); });
    eval->add_option("--gold", eval_.gold, "CSV or JSONL with the right values")->required();
    eval->add_option("--pred", eval_.pred, "JSONL written by a job")->required();
    eval->add_option("--key", eval_.key, "the field that says which rows belong together")->required();
    eval->add_option("--map", eval_.map, "FIELD=COLUMN: the field has another name in the gold (repeatable)")
        ->allow_extra_args(false);
    eval->add_option("--match", eval_.match, "FIELD=exact|date|span:0.5 (repeatable)")->allow_extra_args(false);
    eval->add_flag("--misses", eval_.misses, "list what was wrong");
    CLI::App* read =
        Sub("read", "show what a job would see in a file", [this](const auto& c) { return CmdRead(c, read_); });
    read->add_option("FILE", read_.files, "files")->required();
    read->add_flag("--text", read_.text, "the text alone");
    read->add_flag("--tables", read_.tables, "the tables alone");
    read->add_flag("--spans", read_.spans, "with --json: the box of every word");
    read->add_flag("--no-ocr", read_.no_ocr, "leave pictures and pages without text unread");
    read->add_option("--password", read_.passwords, "try this on encrypted files (repeatable)");
    read->add_option("--first-page", read_.first_page, "begin at this page")->check(WholeNumberAboveZero);
    read->add_option("--last-page", read_.last_page, "end with this page")->check(WholeNumberAboveZero);
    AddLogs();
    AddModel();
    CLI::App* store = app_.add_subcommand("store", "look after the store");
    store->require_subcommand(1);
    CLI::App* backup = store->add_subcommand("backup", "copy the store while it is in use");
    backup->add_option("PATH", path_, "the copy")->required();
    backup->callback([this] { command_ = [this](const CommandContext& c) { return CmdBackup(c, path_); }; });
    Sub("doctor", "check the machine, the store and the models", [](const auto& c) { return CmdDoctor(c); });
  }

  void AddModel() {
    CLI::App* model = app_.add_subcommand("model", "look after the models that are run here");
    model->require_subcommand(1);
    CLI::App* add = model->add_subcommand("add", "give a model file a name, fetching it when it is not here");
    add->add_option("NAME", model_add_.name, "how jobs will call it")->required();
    add->add_option("SOURCE", model_add_.source, "FILE.gguf, hf:OWNER/REPO/FILE.gguf[@REVISION] or ollama:NAME[:TAG]")
        ->required();
    add->add_flag("--replace", model_add_.replace, "also when another model has that name");
    add->add_flag("--quiet", model_add_.quiet, "no progress");
    add->callback([this] { command_ = [this](const CommandContext& c) { return CmdModelAdd(c, model_add_); }; });
    CLI::App* list = model->add_subcommand("list", "list the models that jobs can name, and whether they fit here");
    list->callback([this] { command_ = CmdModelList; });
    CLI::App* bench =
        model->add_subcommand("bench", "find the setting with which a model file answers most rows a second");
    bench->add_option("NAME", model_bench_.name, "the model's name or its file")->required();
    bench->add_option("--prefix", model_bench_.prefix, "tokens that all rows share (default: 1500)")
        ->check(CLI::Range(1, 100000));
    bench->add_option("--row", model_bench_.row, "tokens of a row's own text (default: 300)")
        ->check(CLI::Range(1, 100000));
    bench->add_option("--answer", model_bench_.answer, "tokens of an answer (default: 40)")
        ->check(CLI::Range(1, 10000));
    bench->add_option("--seconds", model_bench_.seconds, "how long each setting runs")->check(CLI::Range(1, 600));
    bench->callback([this] { command_ = [this](const CommandContext& c) { return CmdModelBench(c, model_bench_); }; });
  }

  void AddLogs() {
    CLI::App* logs = Sub("logs", "say what stands out in logs: incidents, and the lines that show them",
                         [this](const auto& c) { return CmdLogs(c, logs_); });
    logs->add_option("FILE", logs_.files, "log files, folders, patterns, gzip or zstd; - for standard input")
        ->required();
    logs->add_option("--top", logs_.top, "how many incidents (default: 10)")->check(WholeNumberAboveZero);
    logs->add_option("--since", logs_.since, "only from here on: '2026-03-02 10:42', '10:42', or '2h' before the end");
    logs->add_option("--until", logs_.until, "only what is before this");
    logs->add_option("--baseline", logs_.baseline, "logs of a normal day to compare with (repeatable)")
        ->allow_extra_args(false);
    logs->add_option("--model", logs_.model, "let this model explain the incidents");
    logs->add_option("--report", logs_.report, "write one HTML file");
    logs->add_option("--out", logs_.out, "write the JSON to this file");
    logs->add_option("--structured", logs_.structured, "write every line with its template to this CSV file");
    logs->add_option("--templates", logs_.templates, "write the templates to this CSV file");
    logs->add_option("--extract", logs_.extract, "print the values of one template (its id, as T12) as CSV");
    logs->add_option("--header", logs_.header,
                     "how lines begin, as '<Date> <Time> <Level> <Content>' (default: found out)");
    logs->add_option("--mask", logs_.masks, "your own rules for what is a value: a YAML file");
    logs->add_option("--threads", logs_.threads, "how many threads; 0: one per core");
    logs->add_flag("-f,--follow", logs_.follow, "go on reading as the log grows, and tell incidents as they appear");
  }

  CLI::App app_{"Yakan reads a mountain of documents and rows overnight and turns it into checked rows.", "yakan"};
  Command command_;
  std::string store_, job_, path_;
  bool json_ = false, failed_ = false;
  RunCommand run_;
  ResultsCommand results_;
  EvalCommand eval_;
  ReadCommand read_;
  LogsCommand logs_;
  ModelAddCommand model_add_;
  ModelBenchCommand model_bench_;
};

/// Standard output took no more. A reader that has gone away (`| head`) has seen what it wanted.
int NotWritten(int cause, int code) {
  if (cause == EPIPE) return code;
  Say("yakan: cannot write to standard output: {}; make room there, or send it elsewhere\n", std::strerror(cause));
  return code == 0 ? 1 : code;
}

/// What was printed is in a buffer until now: a full disk behind a redirection shows here.
int Flushed(int code) { return std::fflush(stdout) == 0 ? code : NotWritten(errno, code); }

int InternalError(const std::exception& error) {
  Say("yakan: internal error: {}. What was done is kept; please report this\n", error.what());
  return 1;
}

}  // namespace

int Main(int argc, char** argv) {
  ReserveStandardFiles();
  const SystemClock clock;
  // Before any thread starts, so that all of them leave the signals to the one that waits for them.
  SignalWatch signals(clock);
  try {
    CommandLine line;
    if (const auto code = line.Parse(argc, argv)) return *code;
    const Result<int> code = line.command()({clock, signals.token(), line.store(), line.json()});
    if (code) return Flushed(*code);
    return Report(code.error(), line.json());
  } catch (const std::system_error& error) {
    // More than a buffer was printed, and fmt says by throwing that it found no place.
    if (std::ferror(stdout) != 0) return NotWritten(error.code().value(), 0);
    return InternalError(error);
  } catch (const std::exception& error) {
    return InternalError(error);
  }
}

}  // namespace yk::app
