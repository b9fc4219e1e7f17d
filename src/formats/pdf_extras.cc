// SPDX-License-Identifier: Apache-2.0
#include "formats/pdf_extras.h"

#include <poppler/Annot.h>
#include <poppler/Catalog.h>
#include <poppler/FileSpec.h>
#include <poppler/Form.h>
#include <poppler/PDFDoc.h>
#include <poppler/Page.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "formats/pdf_open.h"

namespace yk::formats {
namespace {

constexpr size_t kFieldsMax = 10'000;
constexpr int kPagesWithFilesMax = 2'000;

std::string ChosenOf(const FormWidgetChoice& choice) {
  std::string out;
  for (int i = 0; i < choice.getNumChoices(); ++i) {
    if (!choice.isSelected(i)) continue;
    if (!out.empty()) out += ", ";
    out += PdfString(choice.getChoice(i));
  }
  return out.empty() ? PdfString(choice.getEditChoice()) : out;
}

std::optional<FormValue> ValueOf(FormWidget& widget) {
  FormValue field;
  switch (widget.getType()) {
    case formText: {
      const auto& text = static_cast<FormWidgetText&>(widget);
      if (text.isPassword()) return std::nullopt;
      field.value = PdfString(text.getContent());
      break;
    }
    case formChoice: field.value = ChosenOf(static_cast<FormWidgetChoice&>(widget)); break;
    case formButton: {
      auto& button = static_cast<FormWidgetButton&>(widget);
      if (button.getButtonType() == formButtonPush || !button.getState()) return std::nullopt;
      field.is_text = false;
      field.value = button.getOnStr() != nullptr ? button.getOnStr() : "Yes";
      break;
    }
    default: return std::nullopt;
  }
  if (field.value.empty()) return std::nullopt;
  field.name = PdfString(widget.getFullyQualifiedName());
  field.label = PdfString(widget.getAlternateUiName());
  return field;
}

/// Whether a person wrote the annotation's contents; those of links, fields and pop-ups are not for reading.
bool IsComment(const Annot& annotation) {
  switch (annotation.getType()) {
    case Annot::typeText:
    case Annot::typeFreeText:
    case Annot::typeHighlight:
    case Annot::typeUnderline:
    case Annot::typeSquiggly:
    case Annot::typeStrikeOut:
    case Annot::typeCaret:
    case Annot::typeStamp: return true;
    default: return false;
  }
}

/// Everything the stream gives; nullopt when that is more than `bytes_max`.
std::optional<std::string> ReadAll(Stream& stream, uint64_t bytes_max) {
  std::string out;
  std::array<unsigned char, 65536> block;
  stream.reset();
  for (;;) {
    const int n = stream.doGetChars(static_cast<int>(block.size()), block.data());
    if (n <= 0) break;
    if (out.size() + static_cast<size_t>(n) > bytes_max) return std::nullopt;
    out.append(reinterpret_cast<const char*>(block.data()), static_cast<size_t>(n));
  }
  stream.close();
  return out;
}

class FileCollector {
 public:
  FileCollector(int count_max, uint64_t bytes_max) : count_max_(count_max), bytes_left_(bytes_max) {}

  void Add(FileSpec& spec) {
    if (!spec.isOk() || full()) return;
    EmbFile* embedded = spec.getEmbeddedFile();
    if (embedded == nullptr || embedded->stream() == nullptr) return;
    EmbeddedFile file;
    file.name = PdfString(spec.getFileName());
    if (embedded->mimeType() != nullptr) file.mime = embedded->mimeType()->toStr();
    if (auto content = ReadAll(*embedded->stream(), bytes_left_)) {
      bytes_left_ -= content->size();
      file.content = *std::move(content);
    } else {
      file.cut = true;
    }
    const bool twice = std::any_of(files_.begin(), files_.end(), [&](const EmbeddedFile& other) {
      return other.name == file.name && other.content == file.content && !file.cut;
    });
    if (!twice) files_.push_back(std::move(file));
  }

  bool full() const { return static_cast<int>(files_.size()) >= count_max_; }
  std::vector<EmbeddedFile> Take() { return std::move(files_); }

 private:
  const int count_max_;
  uint64_t bytes_left_;
  std::vector<EmbeddedFile> files_;
};

}  // namespace

PageExtras ReadPageExtras(PDFDoc& document, int number) {
  PageExtras out;
  Page* page = document.getPage(number);
  if (page == nullptr || !page->isOk()) return out;
  if (document.getCatalog()->getForm() != nullptr) {
    const std::unique_ptr<FormPageWidgets> widgets = page->getFormWidgets();
    for (int i = 0; widgets != nullptr && i < widgets->getNumWidgets() && out.fields.size() < kFieldsMax; ++i) {
      if (auto field = ValueOf(*widgets->getWidget(i))) out.fields.push_back(*std::move(field));
    }
  }
  Annots* annotations = page->getAnnots();
  if (annotations == nullptr) return out;
  for (const Annot* annotation : annotations->getAnnots()) {
    if (!IsComment(*annotation) || out.comments.size() >= kFieldsMax) continue;
    std::string comment = PdfString(annotation->getContents());
    if (!comment.empty()) out.comments.push_back(std::move(comment));
  }
  return out;
}

std::vector<EmbeddedFile> EmbeddedFiles(PDFDoc& document, int count_max, uint64_t bytes_max) {
  FileCollector files(count_max, bytes_max);
  Catalog* catalog = document.getCatalog();
  for (int i = 0; i < catalog->numEmbeddedFiles() && !files.full(); ++i) {
    const std::unique_ptr<FileSpec> spec = catalog->embeddedFile(i);
    if (spec != nullptr) files.Add(*spec);
  }
  const int pages = std::min(document.getNumPages(), kPagesWithFilesMax);
  for (int number = 1; number <= pages && !files.full(); ++number) {
    Page* page = document.getPage(number);
    Annots* annotations = page != nullptr && page->isOk() ? page->getAnnots() : nullptr;
    if (annotations == nullptr) continue;
    for (Annot* annotation : annotations->getAnnots()) {
      if (annotation->getType() != Annot::typeFileAttachment) continue;
      FileSpec spec(static_cast<AnnotFileAttachment*>(annotation)->getFile());
      files.Add(spec);
    }
  }
  return files.Take();
}

}  // namespace yk::formats
