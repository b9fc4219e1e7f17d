// SPDX-License-Identifier: Apache-2.0
#include "app/reader_settings.h"

#include <cstdlib>

namespace yk::app {
namespace {

using pipeline::ObjectReader;

constexpr int64_t kMegabyte = int64_t{1} << 20;

/// A whole number of megabytes as bytes.
Result<uint64_t> Megabytes(ObjectReader& reader, std::string_view key, uint64_t fallback) {
  YK_TRY(const int64_t value, reader.Integer(key, static_cast<int64_t>(fallback) / kMegabyte, 1, int64_t{1} << 20));
  return static_cast<uint64_t>(value * kMegabyte);
}

Result<int> Count(ObjectReader& reader, std::string_view key, int fallback, int64_t min, int64_t max) {
  YK_TRY(const int64_t value, reader.Integer(key, fallback, min, max));
  return static_cast<int>(value);
}

Result<void> ParseLimits(ObjectReader& reader, reader::ReadLimits& limits) {
  YK_TRY(limits.wall, reader.Time("seconds_per_file", limits.wall));
  YK_TRY(limits.file_bytes_max, Megabytes(reader, "file_mb", limits.file_bytes_max));
  YK_TRY(limits.text_bytes_max, Megabytes(reader, "text_mb", limits.text_bytes_max));
  YK_TRY(limits.expanded_bytes_max, Megabytes(reader, "unpacked_mb", limits.expanded_bytes_max));
  YK_TRY(limits.pages_max, Count(reader, "pages", limits.pages_max, 1, 10'000'000));
  YK_TRY(limits.members_max, Count(reader, "members", limits.members_max, 1, 100'000'000));
  YK_TRY(limits.depth_max, Count(reader, "depth", limits.depth_max, 0, 50));
  YK_TRY(limits.cells_max, reader.Integer("cells", limits.cells_max, 1, int64_t{1} << 40));
  return {};
}

Result<void> ParseOcr(const Json& value, const ObjectReader& outer, reader::OcrOptions& ocr) {
  if (value.is_null()) return {};
  if (value.is_boolean()) {
    ocr.enabled = value.get<bool>();
    return {};
  }
  YK_TRY(auto reader, ObjectReader::Open(value, outer.Pointer("ocr"), outer.places(), "ocr"));
  YK_TRY(ocr.languages, reader.String("languages", ocr.languages));
  YK_TRY(ocr.dpi, Count(reader, "dpi", ocr.dpi, 72, 1200));
  YK_TRY(ocr.pages_max, Count(reader, "pages", ocr.pages_max, 1, 1'000'000));
  return reader.Finish();
}

Result<std::vector<std::string>> ParsePasswords(ObjectReader& reader) {
  YK_TRY(const std::vector<std::string> sources, reader.Strings("passwords"));
  std::vector<std::string> passwords;
  for (const std::string& source : sources) {
    if (!source.starts_with("env:")) {
      return reader.Wrong("passwords",
                          "must name environment variables, for example 'env:PDF_PASSWORD': passwords do not "
                          "belong into files");
    }
    const char* value = std::getenv(source.substr(4).c_str());
    if (value == nullptr) {
      return reader.Wrong("passwords", fmt::format("names {}, but that environment variable is not set", source));
    }
    passwords.emplace_back(value);
  }
  return passwords;
}

}  // namespace

Result<reader::ReaderPoolOptions> ParseReaderSettings(const Json& value, const pipeline::Places& places) {
  reader::ReaderPoolOptions options;
  if (value.is_null()) return options;
  YK_TRY(auto reader, ObjectReader::Open(value, "/reader", places, "reader"));
  YK_TRY(options.readers, Count(reader, "processes", 0, 0, 1024));
  YK_TRY(options.memory_bytes, Megabytes(reader, "memory_mb", options.memory_bytes));
  YK_TRY_VOID(ParseLimits(reader, options.defaults.limits));
  YK_TRY_VOID(ParseOcr(reader.Any("ocr"), reader, options.defaults.ocr));
  YK_TRY(options.office, reader.Bool("office", options.office));
  YK_TRY(options.defaults.passwords, ParsePasswords(reader));
  YK_TRY_VOID(reader.Finish());
  return options;
}

}  // namespace yk::app
