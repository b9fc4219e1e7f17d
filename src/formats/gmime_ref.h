// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmime/gmime.h>

#include <memory>

namespace yk::formats {

struct GUnref {
  void operator()(void* object) const {
    if (object != nullptr) g_object_unref(object);
  }
};
/// One reference to a GObject.
template <typename T>
using GRef = std::unique_ptr<T, GUnref>;

struct GFree {
  void operator()(void* memory) const { g_free(memory); }
};
using GText = std::unique_ptr<char, GFree>;

struct OptionsFree {
  void operator()(GMimeParserOptions* options) const { g_mime_parser_options_free(options); }
};
using GOptions = std::unique_ptr<GMimeParserOptions, OptionsFree>;

}  // namespace yk::formats
