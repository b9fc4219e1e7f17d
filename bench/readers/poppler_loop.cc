// SPDX-License-Identifier: Apache-2.0
// The limit: text of every PDF named on standard input, by poppler in this process, without isolation or layout of
// ours.
#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

int main() {
  poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
  size_t documents = 0;
  size_t text_bytes = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (std::string line; std::getline(std::cin, line);) {
    const std::unique_ptr<poppler::document> document(poppler::document::load_from_file(line));
    if (document == nullptr || document->is_locked()) continue;
    ++documents;
    for (int i = 0; i < document->pages(); ++i) {
      const std::unique_ptr<poppler::page> page(document->create_page(i));
      if (page == nullptr) continue;
      for (const auto& box : page->text_list()) text_bytes += box.text().size();
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("{\"documents\": %zu, \"text_bytes\": %zu, \"seconds\": %.4f}\n", documents, text_bytes, seconds);
  return 0;
}
