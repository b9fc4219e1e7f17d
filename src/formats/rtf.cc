// SPDX-License-Identifier: Apache-2.0
#include "formats/rtf.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "formats/document_builder.h"
#include "formats/grid_builder.h"
#include "formats/growing_text.h"
#include "formats/rtf_words.h"
#include "formats/running_text.h"
#include "reader/reason.h"
#include "text/normalize.h"
#include "text/utf8.h"

namespace yk::formats {
namespace {

using reader::BlockKind;
using reader::Reason;

constexpr size_t kDepthMax = 1'000;
constexpr int kCellsMax = 1'000;  ///< of one row
constexpr size_t kInstructionBytes = 10'000;

/// What a group's text is for.
enum class Place { kText, kSkip, kFonts, kInfo, kInfoField, kInstruction };

/// What closing a brace brings back.
struct Group {
  Place place = Place::kText;
  int unicode_skip = 1;  ///< characters that stand for old readers behind each \u
  int code_page = 0;     ///< of the current font; 0: the document's
  bool hidden = false;   ///< hidden or deleted text
  bool footnote = false;
  bool box = false;       ///< a text box: a block of its own
  bool property = false;  ///< of a drawn shape
  bool opens_field = false;
  std::string_view field;  ///< of the document's information
};

class RtfReader {
 public:
  RtfReader(std::string_view bytes, DocumentBuilder& out) : bytes_(bytes), out_(out) {}

  Result<void> Run() {
    while (at_ < bytes_.size() && !out_.full()) {
      const char c = bytes_[at_++];
      if (c == '{') {
        Flush();
        if (groups_.size() >= kDepthMax) {
          return Fail(reader::ReasonError(Reason::kCorrupt, "the file's groups are nested too deeply; save it again"));
        }
        groups_.push_back(groups_.back());
        groups_.back().opens_field = false;
        begins_ = true;
      } else if (c == '}') {
        Close();
        if (groups_.empty()) break;
      } else if (c == '\\') {
        Control();
      } else if (c != '\r' && c != '\n' && c != '\0') {
        begins_ = false;
        Byte(c);
      }
    }
    EndParagraph();
    EndTable();
    for (const std::string& note : notes_) out_.Paragraph(note);
    return {};
  }

 private:
  Group& group() { return groups_.back(); }

  void Close() {
    Flush();
    const Group closed = groups_.back();
    if (closed.place == Place::kInfoField &&
        (groups_.size() < 2 || groups_[groups_.size() - 2].place != Place::kInfoField)) {
      if (closed.field == "header" || closed.field == "footer") {
        AddRunningText(closed.field, info_, out_);
      } else if (closed.field == "title") {
        out_.Title(info_);
      } else {
        out_.Metadata(closed.field, info_);
      }
      info_.clear();
    }
    groups_.pop_back();
    if (closed.opens_field) CloseField();
    if (closed.box && !groups_.empty() && !groups_.back().box) CloseBox();
    if (closed.footnote && (groups_.empty() || !groups_.back().footnote)) notes_.push_back(note_.Take());
  }

  /// What a field shows that stores no result.
  void CloseField() {
    const RtfField field = std::move(fields_.back());
    fields_.pop_back();
    if (groups_.empty()) return;
    Put(field.TextWithoutResult());
    if (field.shown && !fields_.empty()) fields_.back().shown = true;
  }

  /// The words of a text box stand behind the paragraph that holds it; in a cell they are lines of it.
  void CloseBox() {
    const std::string words = CleanText(box_.Take());
    if (words.empty()) return;
    if (in_table_) {
      text_ += (text_.HasWords() ? "\n" : "") + words + "\n";
    } else {
      boxes_.push_back(words);
    }
  }

  /// Characters that \u has made superfluous are dropped here.
  void Byte(char c) {
    if (skip_ > 0) {
      --skip_;
      return;
    }
    pending_ += c;
  }

  void Flush() {
    if (pending_.empty()) return;
    const std::string bytes = std::exchange(pending_, {});
    Put(DecodeRtf(bytes, group().code_page, document_code_page_));
  }

  void Put(std::string_view utf8) {
    const Group& now = group();
    if (now.place == Place::kInfoField) info_ += utf8;
    if (now.place == Place::kInstruction && !fields_.empty()) {
      std::string& instruction = fields_.back().instruction;
      instruction += utf8.substr(0, kInstructionBytes - std::min(kInstructionBytes, instruction.size()));
    }
    if (now.place != Place::kText || now.hidden) return;
    if (!fields_.empty() && !utf8.empty()) fields_.back().shown = true;
    (now.footnote ? note_ : now.box ? box_ : text_) += utf8;
  }

  void Control() {
    if (at_ >= bytes_.size()) return;
    const char c = bytes_[at_];
    if (c == '\'') {
      int value = 0;
      const auto [end, error] =
          std::from_chars(bytes_.data() + at_ + 1, bytes_.data() + std::min(at_ + 3, bytes_.size()), value, 16);
      at_ = std::min(at_ + 3, bytes_.size());
      if (error == std::errc()) Byte(static_cast<char>(value));
      return;
    }
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return ControlWord();
    ++at_;
    if (c == '*') {
      starred_ = begins_;
    } else if (c == '~' || c == '_') {
      Byte(c == '~' ? ' ' : '-');
    } else if (c == '\\' || c == '{' || c == '}') {
      Byte(c);
    } else if (c == '\n' || c == '\r') {
      EndParagraph();
    }
  }

  void ControlWord() {
    size_t end = at_;
    while (end < bytes_.size() && ((bytes_[end] | 0x20) >= 'a' && (bytes_[end] | 0x20) <= 'z')) ++end;
    const std::string_view word = bytes_.substr(at_, end - at_);
    int number = 1;
    const bool signed_number = end + 1 < bytes_.size() && bytes_[end] == '-';
    size_t digits = end + (signed_number ? 1 : 0);
    while (digits < bytes_.size() && bytes_[digits] >= '0' && bytes_[digits] <= '9') ++digits;
    const bool numbered = digits > end + (signed_number ? 1 : 0);
    if (numbered) {
      std::from_chars(bytes_.data() + end, bytes_.data() + digits, number);
      end = digits;
    }
    at_ = end + (end < bytes_.size() && bytes_[end] == ' ' ? 1 : 0);
    if (word == "u") return Unicode(number);
    Flush();
    skip_ = 0;
    const bool begins = std::exchange(begins_, false);
    const bool starred = std::exchange(starred_, false);
    if (begins || starred) Destination(word, starred);
    if (word == "bin") {
      at_ += std::min(static_cast<size_t>(std::max(number, 0)), bytes_.size() - at_);
    } else {
      Property(word, number, numbered);
    }
  }

  void Unicode(int number) {
    Flush();
    begins_ = false;
    auto unit = static_cast<char32_t>(number < 0 ? number + 65536 : number);
    if (unit >= 0xDC00 && unit < 0xE000 && high_ != 0) {
      unit = 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00);
    }
    high_ = unit >= 0xD800 && unit < 0xDC00 ? unit : 0;
    if (high_ == 0) {
      std::string utf8;
      text::AppendUtf8(unit, &utf8);
      Put(utf8);
    }
    skip_ = group().unicode_skip;
  }

  /// A group's first word may say that its text goes elsewhere.
  void Destination(std::string_view word, bool starred) {
    Group& now = group();
    if (word == "shptxt" && (now.place == Place::kText || now.property)) {
      now.place = Place::kText;
      now.property = false;
      now.box = true;
    }
    if (now.place == Place::kSkip) return;
    if (word == "fonttbl") {
      now.place = Place::kFonts;
    } else if (word == "info") {
      now.place = Place::kInfo;
    } else if (now.place == Place::kInfo) {
      now.field = RtfInfoField(word);
      now.place = now.field.empty() ? Place::kSkip : Place::kInfoField;
    } else if (word == "footnote") {
      now.footnote = true;
    } else if (word == "field") {
      now.opens_field = true;
      fields_.emplace_back();
    } else if (word == "fldinst") {
      now.place = Place::kInstruction;
    } else if (now.place == Place::kText && IsRunningRtf(word)) {
      now.place = Place::kInfoField;
      now.field = word.substr(0, 6);
    } else if (IsSkippedRtf(word) || (starred && word != "shpinst" && word != "shptxt" && word != "formfield")) {
      now.place = Place::kSkip;
      now.property = word == "sp";
    }
  }

  void Property(std::string_view word, int number, bool numbered) {
    Group& now = group();
    if (word == "ansicpg") {
      document_code_page_ = number;
    } else if (word == "uc") {
      now.unicode_skip = std::clamp(number, 0, 8);
    } else if (word == "f") {
      font_ = number;
      if (now.place != Place::kFonts) now.code_page = fonts_[number];
    } else if (word == "fcharset") {
      if (now.place == Place::kFonts) fonts_[font_] = RtfCodePage(number);
    } else if (word == "v" || word == "deleted") {
      now.hidden = !numbered || number != 0;
    } else if (word == "plain") {
      now.hidden = false;
    } else if ((word == "ffres" || word == "ffdefres") && !fields_.empty()) {
      (word == "ffres" ? fields_.back().checked : fields_.back().checked_at_first) = number;
    } else if (now.place == Place::kText && !now.hidden) {
      Layout(word, number);
    } else if (now.place == Place::kInfoField) {
      if (word == "par" || word == "line") info_ += '\n';
      if (word == "tab") info_ += '\t';
    }
  }

  void Layout(std::string_view word, int number) {
    if (const char32_t symbol = RtfSymbol(word); symbol != 0) {
      std::string utf8;
      text::AppendUtf8(symbol, &utf8);
      return Put(utf8);
    }
    if (group().footnote) {
      if (word == "par") note_ += '\n';
    } else if (group().box) {
      if (word == "par" || word == "row") box_ += '\n';
      if (word == "cell") box_ += '\t';
    } else if (word == "par" || word == "sect") {
      EndParagraph();
    } else if (word == "page") {
      EndParagraph();
      EndTable();
      if (out_.pages() == 0) out_.NextPage();
      out_.NextPage();
    } else if (word == "pard") {
      in_table_ = false;
      heading_ = 0;
    } else if (word == "intbl") {
      in_table_ = true;
    } else if (word == "outlinelevel") {
      heading_ = number >= 0 && number < 9 ? number + 1 : 0;
    } else if (word == "trowd") {
      merges_.clear();
      next_merge_ = {};
    } else if (word == "clmrg" || word == "clvmrg") {
      (word == "clmrg" ? next_merge_.left : next_merge_.above) = true;
    } else if (word == "cellx") {
      if (merges_.size() < kCellsMax) merges_.push_back(next_merge_);
      next_merge_ = {};
    } else if (word == "cell" || word == "nestcell") {
      if (word == "cell" && cells_.size() < kCellsMax) cells_.push_back(CleanText(text_.Take()));
      if (word == "nestcell") text_ += '\t';
    } else if (word == "nestrow") {
      text_ += '\n';
    } else if (word == "row") {
      EndRow();
    }
  }

  void EndParagraph() {
    Flush();
    if (in_table_) {
      text_ += '\n';
      return;
    }
    const std::string text = text_.Take();
    if (!CleanText(text).empty()) {
      EndTable();
      out_.Add(heading_ > 0 ? BlockKind::kHeading : BlockKind::kParagraph, text, heading_);
    }
    for (const std::string& box : std::exchange(boxes_, {})) {
      EndTable();
      out_.Paragraph(box);
    }
  }

  void EndRow() {
    grid_.NextRow();
    rows_ = true;
    for (size_t i = 0; i < cells_.size(); ++i) {
      const Merge merge = i < merges_.size() ? merges_[i] : Merge{};
      if (merge.left) continue;
      int columns = 1;
      while (i + static_cast<size_t>(columns) < merges_.size() && merges_[i + static_cast<size_t>(columns)].left)
        ++columns;
      merge.above ? grid_.Continue(columns) : grid_.Cell(std::move(cells_[i]), 1, columns);
    }
    cells_.clear();
  }

  void EndTable() {
    if (!rows_) return;
    rows_ = false;
    out_.AddTable(std::exchange(grid_, GridBuilder()).Finish());
  }

  struct Merge {
    bool left = false;
    bool above = false;
  };

  const std::string_view bytes_;
  DocumentBuilder& out_;
  size_t at_ = 0;
  std::vector<Group> groups_ = {Group{}};
  std::map<int, int> fonts_;
  int font_ = 0;
  int document_code_page_ = 1252;
  bool begins_ = false;  ///< nothing but \* stood in the group so far
  bool starred_ = false;
  int skip_ = 0;
  char32_t high_ = 0;    ///< first half of a surrogate pair
  std::string pending_;  ///< bytes in the current code page
  GrowingText text_;     ///< of the paragraph or cell under way
  GrowingText note_;
  GrowingText box_;
  std::string info_;
  std::vector<RtfField> fields_;  ///< open ones, outermost first
  std::vector<std::string> notes_;
  std::vector<std::string> boxes_;  ///< of the paragraph under way
  int heading_ = 0;
  bool in_table_ = false;
  bool rows_ = false;
  std::vector<std::string> cells_;
  std::vector<Merge> merges_;
  Merge next_merge_;
  GridBuilder grid_;
};

}  // namespace

bool IsRtf(std::string_view bytes) { return bytes.starts_with("{\\rtf"); }

Result<reader::ReadAnswer> ReadRtf(const reader::ReadRequest& request, std::string_view bytes) {
  if (!IsRtf(bytes)) {
    return Fail(
        reader::ReasonError(Reason::kCorrupt, "the file is no RTF document, whatever its name says; get it again"));
  }
  DocumentBuilder out(request.options);
  RtfReader reader(bytes, out);
  YK_TRY_VOID(reader.Run());
  return out.Finish("application/rtf");
}

}  // namespace yk::formats
