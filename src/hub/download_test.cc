// SPDX-License-Identifier: Apache-2.0
// Downloads from a hub that cuts, stalls, refuses and changes its mind.
#include "hub/download.h"

#include <gmock/gmock.h>

#include "hub/hub_fixture.h"

namespace yk::hub {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

constexpr size_t kSize = 3'000'000;
const char* const kRef = "hf:own/tiny/m.gguf";

class DownloadTest : public HubTest {
 protected:
  DownloadTest() { files_["own/tiny/m.gguf"] = model_; }
  void ExpectWhole() {
    EXPECT_EQ(ShaOf(FileAt("hf/own/tiny/main/m.gguf")), ShaOf(files_["own/tiny/m.gguf"]));
    EXPECT_FALSE(fs::exists(Part()));
    EXPECT_FALSE(fs::exists(Part().string() + ".json"));
  }
  fs::path Part() { return settings_.models_dir / "hf/own/tiny/main/m.gguf.part"; }

  const std::string model_ = GgufBuilder::Model().File(kSize, 1);
};

TEST_F(DownloadTest, FetchesAFileAndTellsTheTokenToTheHubOnly) {
  settings_.huggingface.token = "hf_secret";
  const auto added = Add("tiny", kRef);
  ASSERT_TRUE(added) << added.error().ToString();
  ExpectWhole();
  EXPECT_TRUE(added->fetched);
  EXPECT_EQ(added->registered.revision, "c0ffee");
  EXPECT_EQ(added->registered.files.at(0).sha256, ShaOf(model_));
  EXPECT_EQ(added->disk.header.architecture, "llama");
  EXPECT_THAT(Asked(),
              ElementsAre("hub HEAD /own/tiny/resolve/main/m.gguf token",
                          "hub GET /own/tiny/resolve/c0ffee/m.gguf token", "storage GET /own/tiny/m.gguf?signed=1"));
  EXPECT_TRUE(clock_.slept.empty());
}

TEST_F(DownloadTest, GoesOnWhereTheConnectionBroke) {
  faults_ = {CutAfter(1'000'000), CutAfter(500'000), [](const Exchange& e) { return e->Drop(true), true; }};
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  EXPECT_THAT(AskedOfStorage(),
              ElementsAre("GET /own/tiny/m.gguf?signed=1", "GET /own/tiny/m.gguf?signed=1 bytes=1000000- \"v1\"",
                          "GET /own/tiny/m.gguf?signed=1 bytes=1500000- \"v1\"",
                          "GET /own/tiny/m.gguf?signed=1 bytes=1500000- \"v1\""));
  EXPECT_THAT(listener_.told, HasSubstr("m.gguf: the connection broke off after 1.0 MB; going on in 1 s"));
}

TEST_F(DownloadTest, WaitsAsLongAsAServerAsksAndLongerEachTime) {
  faults_ = {Answer({.status = 503, .headers = {{"Retry-After", "7"}}}), Answer({.status = 429}),
             Answer({.status = 500})};
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  ASSERT_EQ(clock_.slept.size(), 3u);
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(clock_.slept[0]), std::chrono::seconds(7));
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(clock_.slept[1]), std::chrono::seconds(2));
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(clock_.slept[2]), std::chrono::seconds(4));
  EXPECT_THAT(listener_.told, HasSubstr("the server answers 503"));
}

TEST_F(DownloadTest, GivesUpOnAServerThatNeverGetsFurtherAndKeepsWhatCame) {
  rules_.attempts_max = 4;
  ranges_ = false;  // each attempt begins anew and breaks off at the same place
  for (int i = 0; i < 20; ++i) faults_.push_back(CutAfter(1'000'000));
  EXPECT_THAT(Refusal("tiny", kRef), AllOf(HasSubstr("m.gguf does not come"), HasSubstr("broke off in the middle"),
                                           HasSubstr("1.0 MB are kept")));
  EXPECT_EQ(AskedOfStorage().size(), 4u);
  EXPECT_EQ(fs::file_size(Part()), 1'000'000u);
  EXPECT_TRUE(ReadModelRegistry(settings_.models_dir)->empty());
}

TEST_F(DownloadTest, BeginsAnewOnAServerWithoutRanges) {
  ranges_ = false;
  faults_ = {CutAfter(2'000'000)};
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  EXPECT_THAT(listener_.told, HasSubstr("the server cannot go on where a download broke off; starting anew"));
}

TEST_F(DownloadTest, BeginsAnewWhenTheStorageHasAnotherFile) {
  faults_ = {CutAfter(2'000'000), [this](const Exchange&) {
               storage_tag_ = "\"v2\"";  // If-Range no longer holds
               return false;
             }};
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  EXPECT_THAT(listener_.told, HasSubstr("m.gguf: the file has changed on the server; starting anew"));
}

TEST_F(DownloadTest, DoesNotTakeAPartUnderAnotherTagForItsOwn) {
  const std::string rest = model_.substr(2'000'000);
  faults_ = {
      CutAfter(2'000'000),
      Answer({.status = 206,  // a server that does not look at If-Range
              .headers = {{"ETag", "\"v2\""},
                          {"Content-Range", fmt::format("bytes 2000000-{}/{}", model_.size() - 1, model_.size())}},
              .body = rest}),
      CutAfter(100'000), Answer({.status = 206, .headers = {{"Content-Range", "bytes 7-8/9"}}, .body = "xy"})};
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  EXPECT_THAT(listener_.told, AllOf(HasSubstr("has changed on the server"), HasSubstr("another part of the file")));
}

TEST_F(DownloadTest, AnotherProcessGoesOnWhereOneWasStopped) {
  listener_.on_progress = [this](uint64_t done, uint64_t) {
    if (done > 0) stop_.request_stop();
  };
  client_options_.look_every = std::chrono::milliseconds(5);
  faults_ = {[this](const Exchange& e) {
    held_.push_back(e);
    e->StartStream({.headers = {{"ETag", "\"v1\""}}, .body = model_.substr(0, 1'200'000)}, [](bool) {});
    return true;
  }};
  const auto stopped = Add("tiny", kRef);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::kCancelled);
  EXPECT_THAT(stopped.error().ToString(), HasSubstr("the same command goes on from there"));
  const auto kept = fs::file_size(Part());
  EXPECT_GT(kept, 0u);
  stop_ = std::stop_source();
  listener_.on_progress = nullptr;
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  EXPECT_EQ(AskedOfStorage().back(), fmt::format("GET /own/tiny/m.gguf?signed=1 bytes={}- \"v1\"", kept));
  EXPECT_THAT(listener_.told, HasSubstr("m.gguf: going on after"));
}

TEST_F(DownloadTest, APartOfAnOlderVersionIsNotGoneOnWith) {
  rules_.attempts_max = 1;
  faults_ = {CutAfter(2'000'000)};
  EXPECT_FALSE(Add("tiny", kRef));
  ASSERT_EQ(fs::file_size(Part()), 2'000'000u);
  files_["own/tiny/m.gguf"] = GgufBuilder::Model().File(kSize, 2);
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  EXPECT_THAT(listener_.told, HasSubstr("the file has changed on the server since its download began"));
  EXPECT_THAT(AskedOfStorage().back(), Not(HasSubstr("bytes=")));
}

TEST_F(DownloadTest, NewsInTheRepositoryThatLeaveTheFileAloneDoNotCostAnything) {
  rules_.attempts_max = 1;
  faults_ = {CutAfter(2'000'000)};
  EXPECT_FALSE(Add("tiny", kRef));
  commit_ = "decade";
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  EXPECT_THAT(AskedOfStorage().back(), HasSubstr("bytes=2000000-"));
}

TEST_F(DownloadTest, AStreamThatStallsIsGivenUpAndGoneOnWith) {
  client_options_.stall = std::chrono::seconds(1);
  client_options_.look_every = std::chrono::milliseconds(5);
  faults_ = {[this](const Exchange& e) {
    held_.push_back(e);  // never continued
    e->StartStream({.headers = {{"ETag", "\"v1\""}}, .body = model_.substr(0, 1'000'000)}, [](bool) {});
    return true;
  }};
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
  EXPECT_THAT(listener_.told, HasSubstr("nothing came for a while after 1.0 MB"));
  EXPECT_THAT(AskedOfStorage().back(), HasSubstr("bytes=1000000-"));
}

TEST_F(DownloadTest, AWrongChecksumLeavesNothingBehind) {
  std::string other = model_;
  other[kSize / 2] = static_cast<char>(other[kSize / 2] + 1);
  faults_ = {Answer({.body = other})};
  const std::string refusal = Refusal("tiny", kRef);
  EXPECT_THAT(refusal, AllOf(HasSubstr(ShaOf(other)), HasSubstr(ShaOf(model_)), HasSubstr("the part is removed")));
  EXPECT_FALSE(fs::exists(Part()));
  EXPECT_FALSE(fs::exists(settings_.models_dir / "hf/own/tiny/main/m.gguf"));
  EXPECT_TRUE(ReadModelRegistry(settings_.models_dir)->empty());
  ASSERT_TRUE(Add("tiny", kRef)) << "and the next attempt is a fresh one";
  ExpectWhole();
}

TEST_F(DownloadTest, APageInPlaceOfTheFileIsNotKept) {
  const std::string page = "<!DOCTYPE html>" + std::string(1000, ' ');
  files_["own/tiny/m.gguf"] = page;
  EXPECT_EQ(Refusal("tiny", kRef), "what the server sends as m.gguf is not a GGUF file; check its name");
  EXPECT_FALSE(fs::exists(Part()));
}

TEST_F(DownloadTest, ALengthThatTheHubDidNotTellIsRefused) {
  faults_ = {Answer({.body = model_.substr(0, 1000)})};
  EXPECT_THAT(Refusal("tiny", kRef), AllOf(HasSubstr("sends 1000 bytes"), HasSubstr(std::to_string(model_.size()))));
}

TEST_F(DownloadTest, APageInPlaceOfTheRestDoesNotCostWhatIsThere) {
  faults_ = {CutAfter(2'000'000), Answer({.body = "<html>" + std::string(5000, ' ')})};
  EXPECT_THAT(Refusal("tiny", kRef), HasSubstr("sends 5006 bytes"));
  EXPECT_EQ(fs::file_size(Part()), 2'000'000U);
  ASSERT_TRUE(Add("tiny", kRef));
  ExpectWhole();
}

TEST_F(DownloadTest, WhatIsBeingFetchedIsNotFetchedTwice) {
  fs::create_directories(Part().parent_path());
  const auto held = PartFile::Open(settings_.models_dir / "hf/own/tiny/main/m.gguf");
  ASSERT_TRUE(held);
  EXPECT_THAT(Refusal("tiny", kRef), HasSubstr("is being downloaded by another yakan"));
}

TEST_F(DownloadTest, ServesFromHubsThatStoreFilesThemselves) {
  // A mirror of files and nothing else: no HEAD, no checksums, no length.
  at_hub_ = [this](const Exchange& e) {
    if (e->method() == "HEAD") return e->Send({.status = 501}), true;
    e->StartStream({.body = model_}, [e](bool) { e->EndStream(); });
    return true;
  };
  const auto added = Add("tiny", kRef);
  ASSERT_TRUE(added) << added.error().ToString();
  ExpectWhole();
  EXPECT_THAT(AskedOfStorage(), IsEmpty());
  EXPECT_THAT(listener_.told, HasSubstr("names no checksum"));
  EXPECT_EQ(added->registered.files.at(0).sha256, ShaOf(model_)) << "as it came";
}

TEST_F(DownloadTest, AFileThatIsGoneFromTheStorageLeavesNothingBehind) {
  faults_ = {Answer({.status = 404})};
  EXPECT_THAT(Refusal("tiny", kRef), AllOf(HasSubstr("the storage that"), HasSubstr("answers 404")));
  EXPECT_FALSE(fs::exists(Part()));
  EXPECT_FALSE(fs::exists(Part().string() + ".json"));
}

TEST_F(DownloadTest, AHubThatSaysNothingIsNotWaitedForLong) {
  client_options_.stall = std::chrono::milliseconds(20);
  client_options_.look_every = std::chrono::milliseconds(5);
  at_hub_ = [this](const Exchange& e) { return held_.push_back(e), true; };
  EXPECT_THAT(Refusal("tiny", kRef), HasSubstr("cannot be reached"));
  EXPECT_EQ(clock_.slept.size(), 2u);
}

TEST_F(DownloadTest, FollowsNeitherCirclesNorNonsense) {
  at_hub_ = [this](const Exchange& e) {
    return e->Send({.status = 302, .headers = {{"Location", hub_->url() + std::string(e->path())}}}), true;
  };
  EXPECT_THAT(Refusal("tiny", kRef), HasSubstr("leads on and on"));
  for (const char* location : {"file:///etc/passwd",
                               "x:\xc2\x9b"
                               "2J",
                               "http://"}) {
    at_hub_ = [location](const Exchange& e) {
      return e->Send({.status = 302, .headers = {{"Location", location}}}), true;
    };
    EXPECT_THAT(Refusal("tiny", kRef), AllOf(HasSubstr("which is not an address"), Not(HasSubstr("\x9b"))));
  }
}

TEST(PartFileTest, HashesWhatAnEarlierProcessLeft) {
  const testing::TempDir dir;
  {
    auto part = PartFile::Open(dir / "a/m.gguf");
    ASSERT_TRUE(part);
    ASSERT_TRUE(part->Restart({"u", 6, "", "v", ""}));
    ASSERT_TRUE(part->Append("abc"));
    ASSERT_TRUE(part->SetServedAs("\"t\""));
    EXPECT_EQ(PartFile::Open(dir / "a/m.gguf").error().code, Code::kConflict);
  }
  auto part = PartFile::Open(dir / "a/m.gguf");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->size(), 3u);
  EXPECT_TRUE(part->mark().SameFile({"u", 6, "", "v", ""}));
  EXPECT_FALSE(part->mark().SameFile({"u", 6, "", "w", ""}));
  EXPECT_EQ(part->mark().served_as, "\"t\"");
  ASSERT_TRUE(part->HashWhatIsThere());
  ASSERT_TRUE(part->Append("def"));
  EXPECT_EQ(ToHex(*part->Sha256()), ToHex(Sha256("abcdef")));
  EXPECT_EQ(ToHex(*part->Sha256()), ToHex(Sha256("abcdef")));
  ASSERT_TRUE(part->Finish());
  EXPECT_EQ(*ReadFile(dir / "a/m.gguf"), "abcdef");
  EXPECT_FALSE(fs::exists(dir / "a/m.gguf.part.json"));
}

}  // namespace
}  // namespace yk::hub
