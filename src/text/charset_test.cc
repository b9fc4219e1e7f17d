// SPDX-License-Identifier: Apache-2.0
#include "text/charset.h"

#include <gmock/gmock.h>

#include "text/utf8.h"

namespace yk::text {
namespace {

std::string Bytes(std::string_view text, std::string_view charset) {
  auto bytes = EncodeAs(text, charset);
  EXPECT_TRUE(bytes) << charset;
  return bytes ? *bytes : "";
}

TEST(DecodeText, ReadsShortAndLongJapaneseInEveryCharset) {
  const std::string texts[] = {
      "契約書",
      "日本語",
      "お世話になっております。",
      "株式会社山田商事　御中",
      "ｶﾅと漢字 mixed 123",
      "第3条（秘密保持）　甲及び乙は、本契約に関して知り得た相手方の秘密情報を第三者に開示してはならない。"};
  for (const std::string charset : {"UTF-8", "CP932", "EUC-JP", "ISO-2022-JP"}) {
    for (const std::string& text : texts) {
      if (charset == "ISO-2022-JP" && text.starts_with("ｶ")) continue;  // that charset has no half-width kana
      const auto decoded = DecodeText(Bytes(text, charset));
      ASSERT_TRUE(decoded) << charset << " " << text;
      EXPECT_EQ(decoded->text, text) << charset;
      EXPECT_EQ(decoded->charset, charset) << text;
    }
  }
}

TEST(DecodeText, TellsChineseAndKoreanFromEucJp) {
  const std::string chinese =
      "本合同自双方签字盖章之日起生效。甲方应当在合同生效后十日内向乙方支付全部款项，乙方收到款项后应当及时发货。";
  const std::string korean =
      "이 계약은 양 당사자가 서명한 날부터 효력이 발생한다. 갑은 을에게 대금을 지급하여야 하며 을은 물품을 인도한다.";
  EXPECT_EQ(DecodeText(Bytes(chinese, "GB18030"))->text, chinese);
  EXPECT_EQ(DecodeText(Bytes(korean, "EUC-KR"))->text, korean);
  // Tables of names and places have no kana either.
  const std::string japanese =
      "氏名,住所,会社名\n山田太郎,東京都千代田区丸の内一丁目,株式会社山田商事\n佐藤花子,大阪府大阪市北区梅田二丁目,"
      "佐藤工業株式会社\n"
      "鈴木一郎,愛知県名古屋市中村区名駅三丁目,鈴木製作所有限会社\n";
  for (const char* charset : {"EUC-JP", "CP932"}) EXPECT_EQ(DecodeText(Bytes(japanese, charset))->text, japanese);
}

TEST(DecodeText, TakesByteOrderMarksOff) {
  EXPECT_EQ(DecodeText("\xEF\xBB\xBFあ")->text, "あ");
  EXPECT_EQ(DecodeText("\xFF\xFE" + Bytes("契約 a", "UTF-16LE"))->text, "契約 a");
  EXPECT_EQ(DecodeText("\xFE\xFF" + Bytes("契約 a", "UTF-16BE"))->charset, "UTF-16BE");
  EXPECT_EQ(DecodeText(Bytes("plain words, no mark", "UTF-16LE"))->text, "plain words, no mark");
}

TEST(DecodeText, ReadsVendorCharactersInMail) {
  // Row 13 of JIS X 0208 is empty in the standard; mailers put ① there.
  EXPECT_EQ(DecodeText("\x1B$B-!F|\x1B(B ok")->text, "①日 ok");
}

TEST(DecodeText, ReadsAccentedLatin) {
  const std::string text =
      "Le présent contrat est régi par la loi française; les parties conviennent à cet égard de créer une société.";
  const auto decoded = DecodeText(Bytes(text, "windows-1252"));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->text, text);
  EXPECT_TRUE(decoded->guessed);
}

TEST(DecodeText, BelievesADeclarationOnlyWhenItFits) {
  EXPECT_EQ(DecodeText("日本", "shift_jis")->text, "日本");
  EXPECT_EQ(DecodeText(Bytes("日本の契約です", "CP932"), "utf-8")->text, "日本の契約です");
  EXPECT_EQ(DecodeText(Bytes("Ж", "KOI8-R"), "KOI8-R")->text, "Ж");
}

/// Beginnings of one sentence, of every length from `shortest` code points.
std::vector<std::string> Beginnings(std::string_view sentence, size_t shortest) {
  std::vector<std::string> out;
  for (size_t n = shortest; n <= CountCodePoints(sentence); ++n) {
    out.emplace_back(TruncateCodePoints(sentence, n));
  }
  return out;
}

TEST(DecodeText, FindsTheCharsetOfJapaneseSentencesOfEveryLength) {
  const std::string sentences[] = {"吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
                                   "本契約の有効期間は、2024年4月1日から1年間とする。",
                                   "いつもありがとうございます。今後ともよろしくお願いいたします。",
                                   "データベースのバックアップをサーバーへコピーする",
                                   "請求金額：￥１２３，４５６（税込）　支払期限：令和６年３月末日",
                                   "ご注文番号 A-1234 の商品（3点）を発送しました。\r\nお届け予定日：4/15\r\n"};
  for (const std::string charset : {"UTF-8", "CP932", "EUC-JP", "ISO-2022-JP", "UTF-16LE", "UTF-16BE"}) {
    for (const std::string& sentence : sentences) {
      for (const std::string& text : Beginnings(sentence, charset.starts_with("UTF-16") ? 5 : 4)) {
        const auto decoded = DecodeText(Bytes(text, charset));
        ASSERT_TRUE(decoded) << charset << " " << text;
        EXPECT_EQ(decoded->text, text) << charset << " taken for " << decoded->charset;
      }
    }
  }
}

TEST(DecodeText, MarksDecideWhateverTheLength) {
  for (const std::string& text : Beginnings("甲は乙に対し、", 1)) {
    EXPECT_EQ(DecodeText("\xFF\xFE" + Bytes(text, "UTF-16LE"))->text, text);
    EXPECT_EQ(DecodeText("\xFE\xFF" + Bytes(text, "UTF-16BE"))->text, text);
    EXPECT_EQ(DecodeText("\xEF\xBB\xBF" + text)->text, text);
  }
}

TEST(DecodeText, TakesAsciiWithAnEndOfFileMarkForAscii) {
  // Pairs of small letters are Han characters in UTF-16.
  EXPECT_EQ(DecodeText(std::string(400, 'w') + "\x1A\x1A")->charset, "UTF-8");
}

TEST(DecodeText, ReadsHalfWidthKanaOfBanks) {
  for (const std::string text : {"ﾌﾘｺﾐ ｶ)ﾔﾏﾀﾞｼﾖｳｶｲ 123,456", "ﾐﾂﾋﾞｼﾃﾞﾝｷ ｶﾌﾞｼｷｶﾞｲｼﾔ", "ﾃﾞﾝｷﾀﾞｲ ｶｹﾎｻ"}) {
    const auto decoded = DecodeText(Bytes(text, "CP932"));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->text, text) << decoded->charset;
  }
}

TEST(DecodeText, AFewKanjiAreNoHalfWidthKana) {
  for (const std::string text : {"{\"名前\":\"山田\"}\n{\"名前\":\"佐藤\"}\n", "東京都,大阪府,福岡県\n"}) {
    for (const std::string charset : {"EUC-JP", "CP932"}) {
      const auto decoded = DecodeText(Bytes(text, charset));
      ASSERT_TRUE(decoded);
      EXPECT_EQ(decoded->text, text) << charset << " taken for " << decoded->charset;
    }
  }
}

TEST(DecodeText, KeepsTheRestOfDamagedText) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "これは損傷した文書です。\n";
  for (const std::string charset : {"UTF-8", "CP932", "EUC-JP"}) {
    std::string bytes = Bytes(text, charset);
    const auto cut = DecodeText(bytes.substr(0, bytes.size() - 1));
    ASSERT_TRUE(cut) << charset;
    EXPECT_THAT(cut->text, testing::StartsWith("これは損傷した文書です。\nこれは")) << cut->charset;
    bytes[bytes.size() / 2] = '\xFF';
    const auto damaged = DecodeText(bytes);
    ASSERT_TRUE(damaged) << charset;
    EXPECT_THAT(damaged->text, testing::StartsWith("これは損傷した文書です。\nこれは")) << damaged->charset;
    EXPECT_THAT(damaged->text, testing::EndsWith("これは損傷した文書です。\n")) << damaged->charset;
    EXPECT_TRUE(damaged->guessed);
  }
}

TEST(DecodeText, RefusesBinaryWithASentence) {
  const std::string png("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x01\0", 20);
  const auto decoded = DecodeText(png);
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, testing::HasSubstr("not text"));
}

TEST(DecodeText, TakesEmptyAndAscii) {
  EXPECT_EQ(DecodeText("")->text, "");
  EXPECT_EQ(DecodeText("plain")->charset, "UTF-8");
}

TEST(DecodeAs, NamesTheFirstBadByte) {
  const auto decoded = DecodeAs("ab\x82", "CP932");
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().message, testing::HasSubstr("CP932"));
  EXPECT_FALSE(DecodeAs("x", "no-such-charset"));
}

TEST(DecodeAs, ReadsLongTextsAcrossBufferEnds) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += i % 3 ? "契" : "😀";
  EXPECT_EQ(*DecodeAs(Bytes(text, "UTF-16LE"), "UTF-16LE"), text);
}

TEST(EncodeAs, RefusesWhatTheCharsetLacks) { EXPECT_FALSE(EncodeAs("😀", "CP932")); }

}  // namespace
}  // namespace yk::text
